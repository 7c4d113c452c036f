/** Something whose promise is to be settled. */
export interface Deliverable {
  /** Settles the promise. */
  deliver(): void;
}

/** Longest stretch, in milliseconds, in which answers are given without a turn of the event loop. */
const SLICE = 1;

/** Runs a function in the next turn of the event loop; browsers have no `setImmediate`. */
export const nextTurn: (run: () => void) => { unref?(): unknown } | number =
  typeof setImmediate === "function" ? (run) => setImmediate(run) : (run) => setTimeout(run, 0);

/**
 * Settles promises at once, in order, but lets the event loop turn after each slice of time: a program that awaits one
 * virtual transfer after another would otherwise never see its timers.
 */
export class Pacer {
  #deferred: Deliverable[] = [];
  #sliceEnd: number | undefined;

  /** Settles now, or in the next turn if this one has had its time. */
  deliver(answer: Deliverable): void {
    if (this.#deferred.length === 0 && this.#inSlice()) {
      answer.deliver();
      return;
    }
    if (this.#deferred.push(answer) === 1) nextTurn(() => this.#flush());
  }

  #inSlice(): boolean {
    const now = performance.now();
    if (this.#sliceEnd !== undefined) return now < this.#sliceEnd;
    this.#sliceEnd = now + SLICE;
    const turn = nextTurn(() => {
      this.#sliceEnd = undefined;
    });
    if (typeof turn === "object") turn.unref?.();
    return true;
  }

  #flush(): void {
    const answers = this.#deferred;
    this.#deferred = [];
    this.#sliceEnd = undefined;
    for (const answer of answers) answer.deliver();
  }
}
