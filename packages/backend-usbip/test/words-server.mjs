// words-server: exports, from a thread of its own, a device that sends words of 32 bits that are their own numbers, in
// messages of which one in five is short.
import { VirtualBus, VirtualDevice } from "@tsusb/backend-virtual";
import { serveCalls } from "./serve-calls.mjs";

const SOURCE = 0x81;

let position = 0;

const bus = new VirtualBus();
const device = bus.plug(
  new VirtualDevice({
    idVendor: 0x1209,
    idProduct: 0x5125,
    product: "Words",
    configurations: [
      { interfaces: [{ alternates: [{ endpoints: [{ bEndpointAddress: SOURCE, provide }] }] }] },
    ],
  }),
);

await serveCalls(bus, {
  plug: () => void bus.plug(device),
  unplug: () => bus.unplug(device),
  position: () => position,
});

/** The next bytes of the words: as many as are wanted, or fewer by where they stand. */
function provide(wanted) {
  const chance = Math.imul(position + 1, 0x9e3779b1) >>> 0;
  const length = chance % 5 === 0 ? 1 + (chance % (wanted - 1)) : wanted;
  const first = Math.floor(position / 4);
  const words = Uint32Array.from({ length: Math.ceil(length / 4) + 1 }, (_, at) => first + at);
  const bytes = new Uint8Array(words.buffer, position % 4, length).slice();
  position += length;
  return bytes;
}
