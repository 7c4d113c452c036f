// tsusb's three ways to take a stream's chunks: each an array of its own, copied into a buffer made once, or into the memory
// that a BYOB reader brings and gets back. `floor` is what the same loop allocates with nothing behind it.
import { heapOf } from "../heap-sampling.mjs";
import { ENDLESS, SOURCE, serve } from "../solo.mjs";
import { endpointOf, openDevice } from "./solo-device.mjs";

const SIZE = 512;
const device = await openDevice(ENDLESS);
const stream = endpointOf(device, SOURCE).stream({ transferSize: SIZE, transfers: 16 });

function iterator() {
  const chunks = stream[Symbol.asyncIterator]();
  return heapOf(async (count) => {
    for (let left = count; left > 0; left--) expectWhole((await chunks.next()).value.length);
  });
}

function into() {
  const buffer = new Uint8Array(SIZE);
  return heapOf(async (count) => {
    for (let left = count; left > 0; left--) expectWhole(await stream.readInto(buffer));
  });
}

function byobRead(readable) {
  const reader = readable.getReader({ mode: "byob" });
  let view = new Uint8Array(SIZE);
  return async (count) => {
    for (let left = count; left > 0; left--) {
      ({ value: view } = await reader.read(view));
      expectWhole(view.length);
    }
  };
}

function expectWhole(length) {
  if (length !== SIZE) throw new Error(`${length} bytes instead of ${SIZE}`);
}

/** Of a promise that is made, settled and awaited. */
async function floorOfPromise() {
  const { heap } = await heapOf(async (count) => {
    for (let left = count; left > 0; left--) expectWhole(await new Promise((resolve) => resolve(SIZE)));
  });
  return { floor: heap };
}

/** Of a byte stream that fills nothing. */
async function floorOfReadable() {
  const readable = new ReadableStream({
    type: "bytes",
    pull: ({ byobRequest }) => byobRequest.respond(SIZE),
  });
  const { heap } = await heapOf(byobRead(readable));
  return { floor: heap };
}

await serve({
  iterator: async () => ({ ...(await iterator()), ...(await floorOfPromise()) }),
  into: async () => ({ ...(await into()), ...(await floorOfPromise()) }),
  byob: async () => ({ ...(await heapOf(byobRead(stream.readable))), ...(await floorOfReadable()) }),
});
