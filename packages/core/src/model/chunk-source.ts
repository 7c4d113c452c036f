import type { BackendStream, StreamPackets } from "../contract/stream.js";
import { USBError } from "../errors.js";

/** How a stream's chunks are cut, and what its errors say. */
export interface ChunkCut {
  /** Gives whole messages. */
  readonly messages: boolean;
  /** Bytes of a transfer: fewer end a message. */
  readonly transferSize: number;
  /** Most bytes of a message. */
  readonly bufferSize: number;
  /** Name of the backend. */
  readonly backendName: string;
}

/** What one reader takes from a backend's stream: chunks, messages, or bytes into memory of its own. */
export class ChunkSource {
  readonly #stream: BackendStream;
  readonly #cut: ChunkCut;
  /** What the last {@link readInto} left of a chunk. */
  #left: Uint8Array | undefined;
  /** What ended the stream in the middle of a message, told after its bytes. */
  #failure: { readonly error: unknown } | undefined;

  constructor(stream: BackendStream, cut: ChunkCut) {
    this.#stream = stream;
    this.#cut = cut;
  }

  /** Gives the next chunk or message; `undefined` at the end. */
  read(): Promise<Uint8Array | undefined> {
    if (this.#left !== undefined) return Promise.resolve(this.#takeLeft());
    return this.#cut.messages ? this.#readMessage() : this.#stream.read();
  }

  /** Fills the caller's memory from its start; `undefined` at the end. */
  readInto(into: Uint8Array): Promise<number | undefined> {
    const isDirect = this.#stream.readInto !== undefined && !this.#cut.messages && this.#left === undefined;
    return isDirect ? (this.#stream.readInto?.(into) ?? Promise.resolve(undefined)) : this.#copyInto(into);
  }

  /** Whether {@link readInto} has begun a chunk. */
  get hasLeft(): boolean {
    return this.#left !== undefined;
  }

  /** Gives what the next transfer brought, packet by packet; `undefined` at the end. */
  async readPackets(): Promise<StreamPackets | undefined> {
    const { backendName } = this.#cut;
    if (this.#stream.readPackets !== undefined) return this.#stream.readPackets();
    throw new USBError(`the streams of ${backendName} tell nothing of packets`, {
      code: "ENOSYS",
      backend: backendName,
      hint: "read its bytes by read(), or its packets by isoRead()",
    });
  }

  async #copyInto(into: Uint8Array): Promise<number | undefined> {
    const chunk = await this.read();
    if (chunk === undefined) return undefined;
    const count = Math.min(chunk.length, into.length);
    // A buffer that was detached meanwhile takes nothing, and must not throw.
    if (count > 0) into.set(count === chunk.length ? chunk : chunk.subarray(0, count));
    // A lent chunk is another's as soon as the next one is asked for, and what is left is asked for first.
    this.#left = count < chunk.length ? chunk.subarray(count) : undefined;
    return count;
  }

  #takeLeft(): Uint8Array | undefined {
    const left = this.#left;
    this.#left = undefined;
    return left;
  }

  async #readMessage(): Promise<Uint8Array | undefined> {
    const { transferSize, bufferSize } = this.#cut;
    if (this.#failure !== undefined) throw this.#failure.error;
    const first = await this.#stream.read();
    if (first === undefined || first.length < transferSize) return first;
    // Copied: a lent chunk does not outlive the next read.
    const parts = [first.slice()];
    for (let length = first.length; ; ) {
      const part = await this.#next();
      if (part !== undefined) parts.push(part.slice());
      length += part?.length ?? 0;
      // The stream ended in the middle of a message: what came of it is not withheld.
      if (part === undefined || part.length < transferSize) return join(parts, length);
      if (length > bufferSize) throw this.#tooLong(parts, length);
    }
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      return await this.#stream.read();
    } catch (error) {
      this.#failure = { error };
      return undefined;
    }
  }

  #tooLong(parts: readonly Uint8Array[], length: number): USBError {
    const { bufferSize, backendName } = this.#cut;
    return new USBError(`the message is longer than bufferSize, which is ${bufferSize}`, {
      code: "EOVERFLOW",
      backend: backendName,
      hint: "give the stream a larger bufferSize, or take its chunks as they come",
      transferred: length,
      partial: join(parts, length),
    });
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
