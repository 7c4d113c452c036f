import type { EndpointLogic, ReceiveHandler } from "../declaration/endpoint.js";
import { echoTo } from "./logic.js";

/** A stream has one writer, also when its endpoint is selected again. */
const writers = new WeakMap<WritableStream<Uint8Array>, WritableStreamDefaultWriter<Uint8Array>>();

/** Gives what takes an OUT endpoint's bytes: its function, its stream, or an echo. */
export function receiverOf(endpoint: number, { receive, echo }: EndpointLogic): ReceiveHandler | undefined {
  if (echo === true) return receiverOf(endpoint, echoTo(endpoint | 0x80));
  if (typeof receive !== "object") return receive;
  const writer = writers.get(receive) ?? receive.getWriter();
  writers.set(receive, writer);
  return async (data) => {
    // Waits for room, not for the end of the write: that is the stream's own affair, and its failure the next one's.
    await writer.ready;
    writer.write(data).catch(() => {});
    return data.byteLength;
  };
}
