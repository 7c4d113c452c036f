import type { Urb } from "./urb.js";

/**
 * The transfers of one endpoint, in the order in which the client wants them. All of them run at once where the backend
 * can cancel each alone; else, and on endpoint 0, one after the other, so that a cancellation ends no other one.
 */
export class Lane {
  readonly #depth: number;
  readonly #start: (urb: Urb) => void;
  #waiting: Urb[] = [];
  readonly #running = new Set<Urb>();
  #onIdle: (() => void)[] = [];

  /** @param start - Hands a transfer to the backend; {@link Lane.finished} is called when it has ended. */
  constructor(depth: number, start: (urb: Urb) => void) {
    this.#depth = depth;
    this.#start = start;
  }

  push(urb: Urb): void {
    this.#waiting.push(urb);
    this.#advance();
  }

  /** Takes out a transfer that has not begun. @returns Whether it was there. */
  remove(urb: Urb): boolean {
    const index = this.#waiting.indexOf(urb);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  finished(urb: Urb): void {
    this.#running.delete(urb);
    this.#advance();
    if (this.#running.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Cancels what runs, and takes out what has not begun. @returns The latter. */
  stop(): readonly Urb[] {
    for (const urb of this.#running) urb.cancel();
    return this.#waiting.splice(0);
  }

  #advance(): void {
    while (this.#running.size < this.#depth) {
      const urb = this.#waiting.shift();
      if (urb === undefined) return;
      this.#running.add(urb);
      this.#start(urb);
    }
  }
}
