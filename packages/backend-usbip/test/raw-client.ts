import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A client that sends what it is told and knows nothing of the protocol but sizes. */
export class RawClient {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #length = 0;
  #isClosed = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#wake();
    });
    for (const end of ["end", "close"])
      socket.on(end, () => {
        this.#isClosed = true;
        this.#wake();
      });
    socket.on("error", () => {});
  }

  /** Connects, for the length of the test. */
  static async to(port: number): Promise<RawClient> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    onTestFinished(() => {
      socket.destroy();
    });
    return new RawClient(socket);
  }

  /** Connects and imports. */
  static async importing(port: number, name: string): Promise<RawClient> {
    const client = await RawClient.to(port);
    client.send(words("01118003 00000000"), busid(name));
    const reply = await client.read(8);
    if (reply.readUInt32BE(4) !== 0) throw new Error(`import of ${name}: status ${reply.readUInt32BE(4)}`);
    await client.read(312);
    return client;
  }

  send(...pieces: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(pieces));
  }

  /** Resolves when the system has taken all that was sent. */
  async flush(): Promise<void> {
    await new Promise((resolve) => this.#socket.write("", resolve));
  }

  /** Exactly so many bytes. @throws Error if the server closes before. */
  async read(count: number): Promise<Buffer> {
    while (this.#length < count) {
      if (this.#isClosed) throw new Error(`closed after ${this.#length} of ${count} bytes`);
      await this.#news();
    }
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(count)];
    this.#length -= count;
    return all.subarray(0, count);
  }

  /** All that comes until the server closes. */
  async rest(): Promise<Buffer> {
    while (!this.#isClosed) await this.#news();
    return this.read(this.#length);
  }

  /** What has come and was not read. */
  get unread(): number {
    return this.#length;
  }

  /** Stops taking bytes from the system, as a client that hangs does. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Closes this side only. */
  halfClose(): void {
    this.#socket.end();
  }

  /** Leaves without a word. */
  leave(): void {
    this.#socket.destroy();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Big-endian words as a capture prints them. */
export const words = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ""), "hex");

/** A bus id as it is on the wire. */
export const busid = (name: string): Buffer => Buffer.from(name.padEnd(32, "\0"), "latin1");

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, "0");

/** A command for a device with busnum 1. */
export interface CommandFields {
  readonly seqnum: number;
  readonly devnum?: number;
  /** `bEndpointAddress`. */
  readonly endpoint: number;
  readonly flags?: number;
  readonly length?: number;
  readonly packets?: readonly (readonly [offset: number, length: number])[];
  /** Eight bytes as hex. */
  readonly setup?: string;
  readonly data?: Uint8Array;
}

/** CMD_SUBMIT, word by word. */
export function submit(fields: CommandFields): Buffer {
  const { seqnum, devnum = 1, endpoint, flags = 0, packets = [], setup = "00000000 00000000", data } = fields;
  const header = [
    "00000001",
    hex(seqnum),
    hex(0x0001_0000 | devnum),
    hex(endpoint >= 0x80 ? 1 : 0),
    hex(endpoint & 0x0f),
    hex(flags),
    hex(fields.length ?? data?.length ?? 0),
    "00000000",
    hex(packets.length),
    "00000000",
    setup,
  ].join("");
  const descriptors = packets.map(([offset, length]) => `${hex(offset)}${hex(length)}00000000ffffffee`);
  return Buffer.concat([words(header), data ?? Buffer.alloc(0), words(descriptors.join(""))]);
}

/** CMD_UNLINK, word by word. */
export const unlink = (seqnum: number, victim: number, devnum = 1): Buffer =>
  words(
    `00000002 ${hex(seqnum)} ${hex(0x0001_0000 | devnum)} 00000000 00000000 ${hex(victim)} ${"00".repeat(24)}`,
  );

/** The header of RET_SUBMIT for what is not isochronous, word by word. */
export const submitted = (seqnum: number, status: number, length: number): Buffer =>
  words(
    `00000003 ${hex(seqnum)} ${"00".repeat(12)} ${hex(status)} ${hex(length)} 00000000 ffffffff ${"00".repeat(12)}`,
  );

/** RET_UNLINK, word by word. */
export const unlinked = (seqnum: number, status: number): Buffer =>
  words(`00000004 ${hex(seqnum)} ${"00".repeat(12)} ${hex(status)} ${"00".repeat(24)}`);
