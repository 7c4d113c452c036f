import { type Ended, Operations, SlotPool } from "@tsusb/addon-kit";
import { closed } from "./errors.js";
import type { LibUsb0Library } from "./library.js";
import type { Native } from "./native.js";

/** What an operation delivered, for those that deliver something. */
type Delivered = NonNullable<ReturnType<Native["takeResult"]>>;

/** A context of the addon as TypeScript sees it: operations as promises, completions to the transfers they belong to. */
export class Context {
  /** The addon's number of it. */
  readonly id: number;
  readonly native: Native;
  readonly slots: SlotPool;
  readonly #operations: Operations<Delivered>;

  constructor(native: Native, library: LibUsb0Library) {
    this.native = native;
    this.slots = new SlotPool({
      create: (capacity, packets) => native.createSlot(this.id, capacity, packets),
      free: (slot) => native.freeSlot(slot),
    });
    this.#operations = new Operations({
      takeResult: (job) => native.takeResult(this.id, job),
      transferEnded: (slot, status, length) => this.slots.complete(slot, status, length),
      // This library tells nothing unasked.
      eventsWait: () => undefined,
      closed: () => closed("the backend"),
    });
    const [id, triples] = native.createContext(library.id, (count) =>
      this.#operations.dispatch(triples, count),
    );
    this.id = id;
  }

  /** Starts an operation and gives what it returned. */
  run(start: (job: number) => void): Promise<number> {
    return this.#operations.run(start);
  }

  /** As {@link run}, and fetches what it delivered; `undefined` if nothing. */
  fetch(start: (job: number) => void): Promise<Ended<Delivered>> {
    return this.#operations.fetch(start);
  }

  /** Ends the context; every handle must be closed. What is still asked for afterwards rejects. */
  async exit(): Promise<void> {
    this.slots.clear();
    await this.run((job) => this.native.exitContext(this.id, job));
    this.#operations.end();
    this.native.freeContext(this.id);
  }
}
