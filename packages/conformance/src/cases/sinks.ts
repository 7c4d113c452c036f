import type { BackendSink } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, expectCode, isSettled, testBytes } from "../context.js";
import type { LoopbackPair } from "../device-under-test.js";
import { findDevice, waitUntilGone } from "../find-device.js";
import { halt } from "./halts.js";
import { onLoopback, openSink, openStream, shortMessages, takeBytes, unitOf } from "./queues.js";
import { loopbackPart, type PairType, read, roundTrip } from "./round-trip.js";

/** Sinks of the OUT endpoint of a pair that sends back what it receives. */
export function sinks(type: PairType): Topic<CaseContext> {
  const onPair = onLoopback(type);

  return {
    name: `sinks of ${type} endpoints`,
    cases: [
      onPair("sends every write as a message of its own, in order", async (context, handle, pair) => {
        const sink = await openSink(context, handle, pair);
        const messages = shortMessages(pair[1], 12);
        const writing = Promise.all(messages.map((message) => sink.write(message)));
        for (const message of messages)
          expectBytes(await read(context, handle, pair, pair[1].packetSize), message);
        await writing;
        await sink.end();
      }),
      onPair("cuts a write into transfers, and sends every byte of it", async (context, handle, pair) => {
        const unit = unitOf(pair[1]);
        const bytes = testBytes((context.isSlow ? 8 : 50) * unit + 7);
        const stream = await openStream(context, handle, pair);
        const sink = await openSink(context, handle, pair);
        const writing = sink.write(bytes).then(() => sink.flush());
        expectBytes(await takeBytes(stream, bytes.length), bytes);
        await writing;
        expect(sink.stats()).toMatchObject({
          bytes: bytes.length,
          transfers: Math.ceil(bytes.length / (2 * unit)),
        });
        await sink.end();
        await stream.close();
      }),
      onPair("has sent the bytes that were there when they were written", async (context, handle, pair) => {
        const sink = await openSink(context, handle, pair);
        const bytes = testBytes(9);
        await sink.write(bytes);
        bytes.fill(0);
        expectBytes(await read(context, handle, pair, pair[1].packetSize), testBytes(9));
        await sink.end();
      }),
      onPair("has sent everything when it is flushed", async (context, handle, pair) => {
        const sink = await openSink(context, handle, pair);
        const messages = shortMessages(pair[1], 3);
        let length = 0;
        for (const message of messages) {
          await sink.write(message);
          await sink.flush();
          length += message.length;
          expect(sink.stats()).toMatchObject({ bytes: length, buffered: 0, inFlight: 0 });
          expectBytes(await read(context, handle, pair, pair[1].packetSize), message);
        }
        await sink.flush();
        await sink.end();
        expect(sink.stats()).toMatchObject({ bytes: length, transfers: 3, buffered: 0, inFlight: 0 });
      }),
      onPair("ends a message of whole packets by a zero-length one", async (context, handle, pair) => {
        const { packetSize } = pair[1];
        const sink = await openSink(context, handle, pair);
        await sink.write(testBytes(packetSize));
        await sink.end({ zlp: true });
        // Twice the room: the device alone tells where the message ends.
        expectBytes(await read(context, handle, pair, 2 * packetSize), testBytes(packetSize));
        await roundTrip(context, handle, pair, 9);
      }),
      onPair("takes nothing after its end, and gives the endpoint back", async (context, handle, pair) => {
        const sink = await openSink(context, handle, pair);
        await sink.end();
        await expectCode(sink.write(testBytes(9)), "ERR_USB_CLOSED");
        await roundTrip(context, handle, pair, 9);
        const next = await openSink(context, handle, pair);
        await next.close();
        await next.close();
        await expectCode(next.write(testBytes(9)), "ERR_USB_CLOSED");
        await roundTrip(context, handle, pair, 10);
      }),
      onPair(
        "waits for a device that takes no more, and loses nothing",
        async (context, handle, pair) => {
          const sink = await openSink(context, handle, pair);
          const bytes = testBytes(tooMuchFor(pair[1]));
          const writing = sink.write(bytes);
          await untilItWaits(sink, writing);
          const stats = sink.stats();
          expect(stats.buffered).toBeGreaterThan(0);
          expect(stats.buffered).toBeLessThanOrEqual(8 * unitOf(pair[1]));
          const stream = await openStream(context, handle, pair);
          expectBytes(await takeBytes(stream, bytes.length), bytes);
          await writing;
          await sink.end();
          await stream.close();
        },
        {
          device: (device) => device[loopbackPart(type)]?.capacity !== undefined,
          // Else the bytes that went before a timeout of the library are not known.
          supports: ({ cancel, partialOnTimeout }) => cancel !== "none" || partialOnTimeout,
        },
      ),
      onPair(
        "drops what waits when it is closed, and tells it who wrote",
        async (context, handle, pair) => {
          const sink = await openSink(context, handle, pair);
          const writing = sink.write(testBytes(tooMuchFor(pair[1])));
          await untilItWaits(sink, writing);
          await sink.close();
          await expectCode(writing, "ERR_USB_CLOSED");
          expect(sink.stats()).toMatchObject({ inFlight: 0, buffered: 0 });
          const stats = sink.stats();
          await isSettled(new Promise(() => undefined));
          expect(sink.stats()).toEqual(stats);
        },
        {
          device: (device) => device[loopbackPart(type)]?.capacity !== undefined,
          supports: ({ cancel, partialOnTimeout }) => cancel !== "none" || partialOnTimeout,
        },
      ),
      onPair(
        "tells a halt, and how far it came",
        async (context, handle, pair) => {
          const sink = await openSink(context, handle, pair);
          await sink.write(testBytes(9));
          await sink.flush();
          expectBytes(await read(context, handle, pair, pair[1].packetSize), testBytes(9));
          expect((await halt(context, handle, pair[1].out)).status).toBe("completed");
          const error = await sink
            .write(testBytes(10))
            .then(() => sink.flush())
            .catch((reason: unknown) => reason);
          expect(error).toMatchObject({ code: "EPIPE", transferred: 9 });
          await expectCode(sink.write(testBytes(11)), "EPIPE");
          await sink.close();
          await context.backend.clearHalt(handle, pair[1].out);
          await roundTrip(context, handle, pair, 12);
        },
        { supports: ({ clearHalt, distinguishesStall }) => clearHalt && distinguishesStall },
      ),
      onPair(
        "tells an unplug, and how far it came",
        async (context, handle, pair) => {
          const sink = await openSink(context, handle, pair);
          await sink.write(testBytes(9));
          await sink.flush();
          await context.control.unplug();
          try {
            await waitUntilGone(context.backend, context.deviceUnderTest);
            const error = await sink
              .write(testBytes(10))
              .then(() => sink.flush())
              .catch((reason: unknown) => reason);
            expect(["ENODEV", "EIO"]).toContain((error as { code?: string } | undefined)?.code);
            await sink.close();
            expect(sink.stats()).toMatchObject({ bytes: 9, inFlight: 0, buffered: 0 });
          } finally {
            await context.control.plug();
          }
          await findDevice(context.backend, context.deviceUnderTest);
        },
        { control: true },
      ),
    ],
  };
}

/** More bytes than the device holds, the sink keeps and the bus has under way. */
const tooMuchFor = (pair: LoopbackPair): number => (pair.capacity ?? 0) + 64 * unitOf(pair) + 7;

/** Waits until a write makes no progress any more. */
async function untilItWaits(sink: BackendSink, writing: Promise<void>): Promise<void> {
  writing.catch(() => undefined);
  for (let bytes = -1; sink.stats().bytes !== bytes; ) {
    bytes = sink.stats().bytes;
    expect(await isSettled(writing)).toBe(false);
    await isSettled(new Promise(() => undefined));
  }
}
