/** Something that is woken when its frame has come. */
export interface Framed {
  /** Moves what is due. */
  move(): void;
}

/** Milliseconds of a frame. Source: USB 2.0 §8.4.3. */
const FRAME = 1;
/** Frame numbers have 11 bits. Source: USB 2.0 §8.4.3. */
const FRAME_NUMBERS = 0x800;

/**
 * The frames of a bus: they follow the clock of the machine, so that a late timer delays packets but never the
 * schedule. It sleeps between the frames that somebody waits for, and keeps no process alive.
 */
export class FrameClock {
  readonly #due = new Map<Framed, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerEnd = Number.POSITIVE_INFINITY;

  /** Milliseconds since some moment; frames begin at whole ones. */
  now(): number {
    return performance.now();
  }

  /** Number of the frame that goes on, as in the start-of-frame packet: 0 to 2047. */
  get frameNumber(): number {
    return Math.floor(this.now() / FRAME) % FRAME_NUMBERS;
  }

  /** Wakes somebody once, at a time or soon after; the later call for the same one counts. */
  wake(who: Framed, at: number): void {
    this.#due.set(who, at);
    if (at < this.#timerEnd) this.#sleep(at);
  }

  #sleep(until: number): void {
    clearTimeout(this.#timer);
    this.#timerEnd = until;
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, Math.ceil(until - this.now())));
    // Whoever waits for a packet has a timer of its own.
    if (typeof this.#timer === "object") this.#timer.unref?.();
  }

  #tick(): void {
    this.#timerEnd = Number.POSITIVE_INFINITY;
    const now = this.now();
    const woken: Framed[] = [];
    for (const [who, at] of this.#due) if (at <= now) woken.push(who);
    for (const who of woken) this.#due.delete(who);
    for (const who of woken) who.move();
    if (this.#due.size === 0) return;
    const next = Math.min(...this.#due.values());
    if (next < this.#timerEnd) this.#sleep(next);
  }
}
