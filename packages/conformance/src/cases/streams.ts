import type { BackendHandle } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, expectBytes, expectCode, isSettled, testBytes } from "../context.js";
import { findDevice, waitUntilGone } from "../find-device.js";
import { halt } from "./halts.js";
import {
  concatenate,
  onLoopback,
  openStream,
  shortMessages,
  TRANSFERS,
  type TypedPair,
  takeBytes,
  unitOf,
  untilStats,
} from "./queues.js";
import { type PairType, roundTrip, write } from "./round-trip.js";

/** Streams of the IN endpoint of a pair that sends back what it receives. */
export function streams(type: PairType): Topic<CaseContext> {
  const onPair = onLoopback(type);
  const send = async (context: CaseContext, handle: BackendHandle, pair: TypedPair, data: Uint8Array[]) => {
    for (const each of data) await write(context, handle, pair, each);
  };

  return {
    name: `streams of ${type} endpoints`,
    cases: [
      onPair("gives every message as a chunk, in the order of the bus", async (context, handle, pair) => {
        const stream = await openStream(context, handle, pair);
        const messages = shortMessages(pair[1], context.isSlow ? 8 : 40);
        const sending = send(context, handle, pair, messages);
        for (const message of messages) expectBytes(await stream.read(), message);
        await sending;
        await stream.close();
      }),
      onPair("lends chunks that stay as they are until the next read", async (context, handle, pair) => {
        const stream = await openStream(context, handle, pair, { borrow: true });
        const messages = shortMessages(pair[1], 8);
        await send(context, handle, pair, messages.slice(0, 4));
        const sending = send(context, handle, pair, messages.slice(4));
        for (const message of messages) {
          const chunk = await stream.read();
          await isSettled(sending);
          expectBytes(chunk, message);
        }
        await sending;
        await stream.close();
      }),
      onPair("gives a zero-length packet as an empty chunk", async (context, handle, pair) => {
        const stream = await openStream(context, handle, pair);
        await send(context, handle, pair, [testBytes(5), testBytes(0), testBytes(6)]);
        for (const length of [5, 0, 6]) expectBytes(await stream.read(), testBytes(length));
        expect(stream.stats().transfers).toBeGreaterThanOrEqual(3);
        await stream.close();
      }),
      onPair("cuts a message that is longer than a transfer", async (context, handle, pair) => {
        const { packetSize } = pair[1];
        const stream = await openStream(context, handle, pair, { transferSize: 2 * packetSize });
        const message = testBytes(3 * packetSize + 7);
        await write(context, handle, pair, message);
        expectBytes(await stream.read(), message.slice(0, 2 * packetSize));
        expectBytes(await stream.read(), message.slice(2 * packetSize));
        await stream.close();
      }),
      onPair("counts whole transfers, and every byte once", async (context, handle, pair) => {
        const unit = unitOf(pair[1]);
        const units = context.isSlow ? 16 : 100;
        const bytes = testBytes(units * unit);
        const stream = await openStream(context, handle, pair, { transferSize: unit });
        const sending = write(context, handle, pair, bytes);
        for (let offset = 0; offset < bytes.length; offset += unit) {
          expectBytes(await stream.read(), bytes.slice(offset, offset + unit));
          expect(stream.stats().inFlight).toBeLessThanOrEqual(TRANSFERS);
        }
        await sending;
        expect(stream.stats()).toMatchObject({ bytes: bytes.length, buffered: 0 });
        expect(stream.stats().transfers).toBeGreaterThanOrEqual(units);
        await stream.close();
      }),
      onPair("asks for no more while nobody reads, and loses nothing", async (context, handle, pair) => {
        const unit = unitOf(pair[1]);
        const bytes = testBytes(16 * unit);
        const stream = await openStream(context, handle, pair, { transferSize: unit });
        const sending = write(context, handle, pair, bytes);
        sending.catch(() => undefined);
        const full = await untilStats(stream, ({ buffered, inFlight }) => buffered > 0 && inFlight === 0);
        expect(full.buffered).toBeGreaterThanOrEqual(4 * unit);
        // What was in flight when it was full comes on top.
        expect(full.buffered).toBeLessThanOrEqual((4 + TRANSFERS) * unit);
        expect(full.bytes).toBe(full.buffered);
        expectBytes(await takeBytes(stream, bytes.length), bytes);
        await sending;
        expect(stream.stats()).toMatchObject({ bytes: bytes.length, buffered: 0 });
        await stream.close();
      }),
      onPair("has one reader", async (context, handle, pair) => {
        const stream = await openStream(context, handle, pair);
        const read = stream.read();
        await expectCode(stream.read(), "EBUSY");
        await write(context, handle, pair, testBytes(9));
        expectBytes(await read, testBytes(9));
        await stream.close();
      }),
      onPair("gives what had arrived when it was closed, then ends", async (context, handle, pair) => {
        const stream = await openStream(context, handle, pair);
        const messages = shortMessages(pair[1], 4);
        const { length } = concatenate(messages);
        await send(context, handle, pair, messages);
        await untilStats(stream, ({ buffered }) => buffered === length);
        await Promise.all([stream.close(), stream.close()]);
        for (const message of messages) expectBytes(await stream.read(), message);
        expect(await stream.read()).toBeUndefined();
        expect(await stream.read()).toBeUndefined();
      }),
      onPair("ends a read that waits when it is closed", async (context, handle, pair) => {
        const stream = await openStream(context, handle, pair);
        const read = stream.read();
        expect(await isSettled(read)).toBe(false);
        await stream.close();
        expect(await read).toBeUndefined();
      }),
      onPair("keeps its counters as they were when it was closed", async (context, handle, pair) => {
        const stream = await openStream(context, handle, pair);
        await write(context, handle, pair, testBytes(9));
        expectBytes(await stream.read(), testBytes(9));
        await stream.close();
        const stats = stream.stats();
        expect(stats).toMatchObject({ bytes: 9, inFlight: 0, buffered: 0 });
        await isSettled(new Promise(() => undefined));
        expect(stream.stats()).toEqual(stats);
      }),
      onPair("gives the endpoint back when it is closed", async (context, handle, pair) => {
        for (let round = 0; round < 3; round++) {
          const stream = await openStream(context, handle, pair);
          await stream.close();
          await roundTrip(context, handle, pair, 100 % pair[1].packetSize);
        }
      }),
      onPair(
        "tells a halt once, after the bytes before it, and works when it was cleared",
        async (context, handle, pair) => {
          const unit = unitOf(pair[1]);
          // Room for one transfer: nothing is in flight until what came is read.
          const stream = await openStream(context, handle, pair, {
            transferSize: unit,
            transfers: 1,
            room: 1,
          });
          await write(context, handle, pair, testBytes(unit));
          await untilStats(stream, ({ buffered, inFlight }) => buffered === unit && inFlight === 0);
          expect((await halt(context, handle, pair[1].in)).status).toBe("completed");
          expectBytes(await stream.read(), testBytes(unit));
          await expectCode(stream.read(), "EPIPE");
          expect(await stream.read()).toBeUndefined();
          await stream.close();
          await context.backend.clearHalt(handle, pair[1].in);
          const next = await openStream(context, handle, pair);
          await write(context, handle, pair, testBytes(9));
          expectBytes(await next.read(), testBytes(9));
          await next.close();
        },
        { supports: ({ clearHalt, distinguishesStall }) => clearHalt && distinguishesStall },
      ),
      onPair(
        "tells an unplug once, after every byte that had arrived",
        async (context, handle, pair) => {
          const stream = await openStream(context, handle, pair);
          const messages = shortMessages(pair[1], 4);
          const { length } = concatenate(messages);
          await send(context, handle, pair, messages);
          await untilStats(stream, ({ buffered }) => buffered === length);
          await context.control.unplug();
          try {
            await waitUntilGone(context.backend, context.deviceUnderTest);
            for (const message of messages) expectBytes(await stream.read(), message);
            const error = await stream.read().catch((reason: unknown) => reason);
            // A host controller may see the bus fail before the system sees that the device is gone.
            expect(["ENODEV", "EIO"]).toContain((error as { code?: string } | undefined)?.code);
            expect(await stream.read()).toBeUndefined();
            await stream.close();
            expect(stream.stats()).toMatchObject({ bytes: length, inFlight: 0, buffered: 0 });
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
