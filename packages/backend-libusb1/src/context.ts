import { closed } from "./errors.js";
import type { LibUsb1Library } from "./library.js";
import type { Native, NativeEvent } from "./native.js";
import type { Slot } from "./slot.js";

/** What an operation delivered, for those that deliver something. */
type Delivered = ReturnType<Native["takeResult"]>;

/** How an operation ended. */
interface Ended {
  /** What the C function returned. */
  readonly status: number;
  readonly result: Delivered;
}

/** Ids of completions below this one are operations; -1 are events. */
const FIRST_JOB = 2;

/** A libusb context as TypeScript sees it: operations as promises, completions to the transfers they belong to. */
export class Context {
  /** The addon's number of it. */
  readonly id: number;
  readonly native: Native;
  /** Every slot by its number, for completions. */
  readonly slots = new Map<number, Slot>();
  readonly #triples: Int32Array;
  readonly #onEvent: (event: NativeEvent) => void;
  readonly #jobs = new Map<number, (status: number) => void>();
  #lastJob = FIRST_JOB;
  #ended = false;

  constructor(native: Native, library: LibUsb1Library, onEvent: (event: NativeEvent) => void) {
    this.native = native;
    this.#onEvent = onEvent;
    [this.id, this.#triples] = native.createContext(library.id, (count) => this.#dispatch(count));
  }

  /** Starts an operation and gives what it returned. */
  async run(start: (job: number) => void): Promise<number> {
    return (await this.#start(start, false)).status;
  }

  /** As {@link run}, and fetches what it delivered; `undefined` if nothing. */
  fetch(start: (job: number) => void): Promise<Ended> {
    return this.#start(start, true);
  }

  /** Ends libusb's context; every handle must be closed. What is still asked for afterwards rejects. */
  async exit(): Promise<void> {
    // Before the context: since 1.0.27 a transfer holds a reference to its last device.
    for (const slot of this.slots.keys()) this.native.freeSlot(slot);
    this.slots.clear();
    await this.run((job) => this.native.exitContext(this.id, job));
    this.#ended = true;
    this.native.freeContext(this.id);
  }

  #start(start: (job: number) => void, delivers: boolean): Promise<Ended> {
    if (this.#ended) return Promise.reject(closed("the backend"));
    // Numbers grow while anything is pending and begin again when nothing is: they never run out.
    const job = this.#jobs.size === 0 ? FIRST_JOB : this.#lastJob + 1;
    this.#lastJob = job;
    return new Promise<Ended>((resolve, reject) => {
      // The result is taken at once: from here on the number may stand for another operation.
      this.#jobs.set(job, (status) => {
        try {
          resolve({ status, result: delivers ? this.native.takeResult(this.id, job) : undefined });
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

  #dispatch(count: number): void {
    const triples = this.#triples;
    for (let at = 0; at < count * 3; at += 3) {
      const id = triples[at] as number;
      const status = triples[at + 1] as number;
      if (id > 0) {
        this.slots.get(id)?.complete(status, triples[at + 2] as number);
      } else if (id <= -FIRST_JOB) {
        const end = this.#jobs.get(-id);
        this.#jobs.delete(-id);
        end?.(status);
      } else {
        for (const event of this.native.takeEvents(this.id)) this.#onEvent(event);
      }
    }
  }
}
