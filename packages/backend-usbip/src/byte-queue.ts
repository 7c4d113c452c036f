/**
 * What has arrived and was not taken yet. Nothing is allocated for what has not arrived, and bytes are copied only
 * where what is taken came in several pieces.
 */
export class ByteQueue {
  #chunks: Buffer[] = [];
  /** Bytes of the first chunk that were taken. */
  #offset = 0;
  #length = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Adds bytes, which belong to the queue from then on. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Shows the next bytes and leaves them there; `undefined` if there are fewer. */
  peek(count: number): Buffer | undefined {
    if (this.#length < count) return undefined;
    const first = this.#chunks[0];
    if (first !== undefined && first.length - this.#offset >= count)
      return first.subarray(this.#offset, this.#offset + count);
    return Buffer.concat(this.#pieces(count), count);
  }

  /** Takes the next bytes; `undefined` if there are fewer, and then nothing is taken. */
  take(count: number): Buffer | undefined {
    const bytes = this.peek(count);
    if (bytes !== undefined) this.#drop(count);
    return bytes;
  }

  #pieces(count: number): Buffer[] {
    const pieces: Buffer[] = [];
    let offset = this.#offset;
    let missing = count;
    for (const chunk of this.#chunks) {
      if (missing <= 0) break;
      pieces.push(chunk.subarray(offset, offset + missing));
      missing -= chunk.length - offset;
      offset = 0;
    }
    return pieces;
  }

  #drop(count: number): void {
    this.#length -= count;
    let position = this.#offset + count;
    let index = 0;
    for (const chunk of this.#chunks) {
      if (position < chunk.length) break;
      position -= chunk.length;
      index++;
    }
    this.#chunks.splice(0, index);
    this.#offset = position;
  }
}
