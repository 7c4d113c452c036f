/** How an operation ended. */
export interface Ended<Delivered> {
  /** What the C function returned. */
  readonly status: number;
  /** What it delivered; `undefined` if nothing. */
  readonly result: Delivered | undefined;
}

/** Whom an {@link Operations} tells of what ended. */
export interface CompletionReceiver<Delivered> {
  /** Fetches what an operation delivered. */
  takeResult(job: number): Delivered | undefined;
  /** A transfer has ended: that of this slot. */
  transferEnded(slot: number, status: number, length: number): void;
  /** There are events to take. */
  eventsWait(): void;
  /** The error of an operation that is asked for after {@link Operations.end}. */
  closed(): Error;
}

/** Completions whose id is at most the negative of this one end operations; -1 says that there are events. */
const FIRST_JOB = 2;

/**
 * What is under way in one context of an addon: operations as promises, and completions to whom they belong. The
 * counterpart of `tsusb/completion_queue.h` and `tsusb/outbox.h`.
 */
export class Operations<Delivered> {
  readonly #receiver: CompletionReceiver<Delivered>;
  readonly #jobs = new Map<number, (status: number) => void>();
  #lastJob = FIRST_JOB;
  #ended = false;

  constructor(receiver: CompletionReceiver<Delivered>) {
    this.#receiver = receiver;
  }

  /** Starts an operation and gives what it returned. */
  async run(start: (job: number) => void): Promise<number> {
    return (await this.#start(start, false)).status;
  }

  /** As {@link run}, and fetches what it delivered. */
  fetch(start: (job: number) => void): Promise<Ended<Delivered>> {
    return this.#start(start, true);
  }

  /** Nothing more is started: what is still asked for rejects. */
  end(): void {
    this.#ended = true;
  }

  /** Takes `count` triples of (id, status, length), as the queue's dispatcher finds them. */
  dispatch(triples: Int32Array, count: number): void {
    for (let at = 0; at < count * 3; at += 3) {
      const id = triples[at] as number;
      const status = triples[at + 1] as number;
      if (id > 0) {
        this.#receiver.transferEnded(id, status, triples[at + 2] as number);
      } else if (id <= -FIRST_JOB) {
        const end = this.#jobs.get(-id);
        this.#jobs.delete(-id);
        end?.(status);
      } else {
        this.#receiver.eventsWait();
      }
    }
  }

  #start(start: (job: number) => void, delivers: boolean): Promise<Ended<Delivered>> {
    if (this.#ended) return Promise.reject(this.#receiver.closed());
    // Numbers grow while anything is pending and begin again when nothing is: they never run out.
    const job = this.#jobs.size === 0 ? FIRST_JOB : this.#lastJob + 1;
    this.#lastJob = job;
    return new Promise<Ended<Delivered>>((resolve, reject) => {
      // The result is taken at once: from here on the number may stand for another operation.
      this.#jobs.set(job, (status) => {
        try {
          resolve({ status, result: delivers ? this.#receiver.takeResult(job) : undefined });
        } catch (error) {
          reject(error);
        }
      });
      try {
        start(job);
      } catch (error) {
        this.#jobs.delete(job);
        reject(error);
      }
    });
  }
}
