import type { EndpointLogic, Messages, ProvideAnswer } from "../declaration/endpoint.js";
import type { VirtualDevice } from "../device.js";

/** What becomes of the answers. */
export interface MessageTaker {
  /** Takes a message, which belongs to the taker. */
  readonly give: (data: Uint8Array) => void;
  readonly stall: () => void;
  /** The device's code threw. @returns Whether a transfer was there to be told. */
  readonly fail: (error: unknown) => boolean;
}

/** Asks an IN endpoint's code for messages, one at a time: its function, or what iterates. */
export class MessageSource {
  readonly #device: VirtualDevice;
  readonly #logic: EndpointLogic;
  readonly #taker: MessageTaker;
  #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array> | undefined;
  #isAsking = false;
  #isOver = false;
  /** What was thrown while nobody waited any more: the next one who waits is told. */
  #untold: unknown;

  constructor(device: VirtualDevice, logic: EndpointLogic, taker: MessageTaker) {
    this.#device = device;
    this.#logic = logic;
    this.#taker = taker;
  }

  /** Asks, unless an answer is still to come. What the device has at once is taken before this returns. */
  ask(length: number): void {
    const { provide, messages } = this.#logic;
    if (this.#untold !== undefined) {
      this.#fail(this.#untold);
      return;
    }
    if (this.#isAsking || this.#isOver) return;
    try {
      if (provide !== undefined) {
        const answer = provide(length, this.#device);
        if (answer instanceof Promise) this.#await(answer);
        else this.#take(answer);
      } else if (messages !== undefined) {
        this.#iterator ??= iterate(messages, this.#device);
        this.#await(Promise.resolve(this.#iterator.next()).then((step) => this.#unwrap(step)));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends it: what iterates is told to return. */
  close(): void {
    this.#isOver = true;
    // A device that is gone has nobody to tell of what its clean-up throws.
    void Promise.resolve(this.#iterator?.return?.()).catch(() => {});
  }

  #await(answer: Promise<ProvideAnswer>): void {
    this.#isAsking = true;
    answer.then(
      (data) => {
        this.#isAsking = false;
        if (!this.#isOver) this.#take(data);
      },
      (error: unknown) => {
        this.#isAsking = false;
        if (this.#logic.messages !== undefined) this.#isOver = true;
        this.#fail(error);
      },
    );
  }

  #fail(error: unknown): void {
    this.#untold = this.#taker.fail(error) ? undefined : (error ?? new Error("it threw nothing"));
  }

  #take(answer: ProvideAnswer): void {
    if (answer === "stall") this.#taker.stall();
    else if (answer !== undefined) this.#taker.give(answer);
  }

  #unwrap(step: IteratorResult<Uint8Array, unknown>): ProvideAnswer {
    if (!step.done) return step.value;
    this.#isOver = true;
    return undefined;
  }
}

function iterate(messages: Messages, device: VirtualDevice) {
  const iterable = typeof messages === "function" ? messages(device) : messages;
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
}
