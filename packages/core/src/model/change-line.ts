const NOTHING = Promise.resolve();

/** Runs state changes one after another, in the order of the calls. */
export class ChangeLine {
  #tail: Promise<unknown> = NOTHING;
  #queued = 0;
  #isClosing = false;

  /** Whether nothing runs or waits in it: a transfer may then go round it. */
  get isEmpty(): boolean {
    return this.#queued === 0;
  }

  /** Whether the device is about to be closed: what is asked for from now on is refused at once, not after it. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Takes a close back that still waits in the line: an `open` after it is meant to use the device. */
  forgetClosing(): void {
    this.#isClosing = false;
  }

  /** Runs a step when those before it are done. */
  enqueue<T>(step: () => Promise<T>): Promise<T> {
    return this.#append(step);
  }

  /** As {@link enqueue}, for the step that closes the device. */
  enqueueClosing<T>(step: () => Promise<T>): Promise<T> {
    this.#isClosing = true;
    return this.#append(step, () => {
      this.#isClosing = false;
    });
  }

  #append<T>(step: () => Promise<T>, afterwards?: () => void): Promise<T> {
    this.#queued++;
    const run = this.#tail.then(step);
    const done = (): void => {
      this.#queued--;
      afterwards?.();
    };
    // In the same turn as what the caller attaches to `run`: were the line empty earlier, a transfer could go round it
    // and overtake one that waited in it.
    this.#tail = run.then(done, done);
    return run;
  }
}
