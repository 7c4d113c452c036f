/** Bytes that the ring begins with; it doubles until it has its limit. */
const FIRST_SIZE = 1024;

/** The latest pieces of bytes within a limit, in memory that is allocated once and used round and round. */
export class ByteRing {
  #ring = new Uint8Array(0);
  /** Where each piece begins, counted from the first byte ever. */
  #starts: number[] = [];
  #end = 0;
  readonly #limit: number;
  readonly #most: number;

  /** @param limit - Bytes. @param most - Pieces. */
  constructor(limit: number, most: number) {
    this.#limit = limit;
    this.#most = most;
  }

  /** The pieces, the oldest first, as copies. */
  get pieces(): readonly Uint8Array[] {
    return this.#starts.map((start, index) => this.#copy(start, this.#starts[index + 1] ?? this.#end));
  }

  /** Copies a piece in; of a piece longer than the limit, the bytes at its start. */
  add(bytes: Uint8Array): void {
    const piece = bytes.byteLength > this.#limit ? bytes.subarray(0, this.#limit) : bytes;
    this.#grow(piece.byteLength);
    const at = this.#ring.byteLength === 0 ? 0 : this.#end % this.#ring.byteLength;
    const untilWrap = Math.min(piece.byteLength, this.#ring.byteLength - at);
    this.#ring.set(untilWrap === piece.byteLength ? piece : piece.subarray(0, untilWrap), at);
    if (untilWrap < piece.byteLength) this.#ring.set(piece.subarray(untilWrap));
    this.#starts.push(this.#end);
    this.#end += piece.byteLength;
    const oldest = this.#end - this.#ring.byteLength;
    while (this.#starts.length > this.#most || (this.#starts[0] ?? oldest) < oldest) this.#starts.shift();
  }

  #grow(more: number): void {
    const first = this.#starts[0] ?? this.#end;
    const needed = Math.min(this.#limit, this.#end - first + more);
    if (needed <= this.#ring.byteLength) return;
    const kept = this.pieces;
    let size = Math.max(FIRST_SIZE, this.#ring.byteLength);
    while (size < needed) size *= 2;
    this.#ring = new Uint8Array(Math.min(size, this.#limit));
    this.#starts = [];
    this.#end = 0;
    for (const piece of kept) {
      this.#ring.set(piece, this.#end);
      this.#starts.push(this.#end);
      this.#end += piece.byteLength;
    }
  }

  #copy(start: number, end: number): Uint8Array {
    const piece = new Uint8Array(end - start);
    const at = this.#ring.byteLength === 0 ? 0 : start % this.#ring.byteLength;
    const part = this.#ring.subarray(at, at + piece.byteLength);
    piece.set(part);
    piece.set(this.#ring.subarray(0, piece.byteLength - part.byteLength), part.byteLength);
    return piece;
  }
}
