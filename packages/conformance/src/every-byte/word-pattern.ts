/** Bytes that repeat only after 16 GiB: each little-endian word of 32 bits is its own number. */
export class WordPattern {
  #memory = new Uint32Array(0);

  /**
   * Gives the bytes that stand at `position` and behind it.
   *
   * @returns Memory of the pattern's own, good until the next call.
   */
  at(position: number, length: number): Uint8Array {
    const first = Math.floor(position / 4);
    const words = Math.ceil(length / 4) + 1;
    if (this.#memory.length < words) this.#memory = new Uint32Array(words * 2);
    const memory = this.#memory;
    for (let i = 0; i < words; i++) memory[i] = first + i;
    return new Uint8Array(memory.buffer, position % 4, length);
  }

  /** @throws Error that names the first byte which is not the pattern's at its place. */
  check(bytes: Uint8Array, position: number): void {
    const right = this.at(position, bytes.length);
    if (Buffer.compare(bytes, right) === 0) return;
    const wrong = bytes.findIndex((byte, i) => byte !== right[i]);
    const word = bytes.slice(wrong - (wrong % 4), wrong + 8);
    throw new Error(
      `byte ${position + wrong} is ${bytes[wrong]} and should be ${right[wrong]}, ` +
        `byte ${wrong} of a chunk of ${bytes.length}; there: ${Buffer.from(word).toString("hex")}`,
    );
  }
}
