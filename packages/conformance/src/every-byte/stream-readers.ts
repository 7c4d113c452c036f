import { Readable } from "node:stream";
import type { EndpointStream } from "@tsusb/core";

/** Is given each chunk; says whether to go on. */
export type Visit = (chunk: Uint8Array) => boolean | Promise<boolean>;

/** Reads until it is told to leave, or to the end. */
export type StreamReader = (stream: EndpointStream, visit: Visit, size: number) => Promise<void>;

/** All ways to read a stream, by name. `size` is that of the memory which a reader brings. */
export const READERS = {
  async read(stream, visit) {
    for (let chunk = await stream.read(); chunk !== undefined; chunk = await stream.read())
      if (!(await visit(chunk))) return;
  },

  async iterator(stream, visit) {
    for await (const chunk of stream) if (!(await visit(chunk))) break;
  },

  async readInto(stream, visit, size) {
    const memory = new Uint8Array(size);
    for (let n = await stream.readInto(memory); n !== undefined; n = await stream.readInto(memory))
      if (!(await visit(memory.subarray(0, n)))) return;
  },

  /** Chunks in turn, and what is left of one. */
  async mixed(stream, visit, size) {
    const memory = new Uint8Array(size);
    for (;;) {
      const count = await stream.readInto(memory);
      if (count === undefined || !(await visit(memory.subarray(0, count)))) return;
      const chunk = await stream.read();
      if (chunk === undefined || !(await visit(chunk))) return;
    }
  },

  async web(stream, visit) {
    const reader = stream.readable.getReader();
    for (let { value } = await reader.read(); value !== undefined; { value } = await reader.read())
      if (!(await visit(value))) return reader.cancel();
  },

  async byob(stream, visit, size) {
    const reader = stream.readable.getReader({ mode: "byob" });
    let memory = new Uint8Array(size);
    for (;;) {
      const { value, done } = await reader.read(memory);
      if (done || value === undefined) return;
      if (!(await visit(value))) return reader.cancel();
      memory = new Uint8Array(value.buffer);
    }
  },

  /** Reads ahead of whoever uses it, and forgets that when it fails or is left: for ends that are neither. */
  async node(stream, visit) {
    for await (const chunk of Readable.fromWeb(stream.readable as Parameters<typeof Readable.fromWeb>[0]))
      await visit(chunk);
  },
} as const satisfies Record<string, StreamReader>;

export type ReaderName = keyof typeof READERS;
