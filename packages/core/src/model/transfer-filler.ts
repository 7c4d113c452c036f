/** Collects bytes until they fill whole transfers, however they were handed over. */
export class TransferFiller {
  readonly #held: Uint8Array;
  #count = 0;

  /** @param transferSize - Bytes of a transfer. */
  constructor(transferSize: number) {
    this.#held = new Uint8Array(transferSize);
  }

  /** Bytes that do not fill a transfer yet. */
  get held(): number {
    return this.#count;
  }

  /** Takes bytes in, and gives the transfers that are whole now: an array of its own, which may be empty. */
  add(bytes: Uint8Array): Uint8Array {
    const total = this.#count + bytes.length;
    const whole = new Uint8Array(total - (total % this.#held.length));
    if (whole.length === 0) {
      this.#held.set(bytes, this.#count);
    } else {
      const used = whole.length - this.#count;
      whole.set(this.#held.subarray(0, this.#count));
      whole.set(bytes.subarray(0, used), this.#count);
      this.#held.set(bytes.subarray(used));
    }
    this.#count = total - whole.length;
    return whole;
  }

  /** Gives what does not fill a transfer, and forgets it. */
  takeRest(): Uint8Array {
    const rest = this.#held.slice(0, this.#count);
    this.#count = 0;
    return rest;
  }
}
