// node virtual.mjs TURNS SECONDS: what a virtual device moves, and as the idle arm what the machine does of the same kind
// without one: promises that are there already, and copies of 64 KiB. Each measures so long, in turn, so many times.
// Prints { control, calls, read, write, copy }: of each turn, times a second; the last three move 64 KiB each.
import { getBackend, sink, source, VirtualBus, VirtualDevice } from "@tsusb/backend-virtual";
import { find } from "@tsusb/core";

const CHUNK = 65_536;
/** So few that a turn ends in time, so many that looking at the clock costs nothing. */
const BATCH = 32;
const [turns, seconds] = process.argv.slice(2).map(Number);

const answer = Uint8Array.from({ length: 18 }, (_, index) => index);
const bus = new VirtualBus();
bus.plug(
  new VirtualDevice({
    idVendor: 0x1209,
    idProduct: 0x0004,
    endpoints: [
      { bEndpointAddress: 0x81, ...source() },
      { bEndpointAddress: 0x02, ...sink() },
    ],
    control: () => answer,
  }),
);
const backend = await getBackend({ bus });
const device = await find({ backend });
const chunk = new Uint8Array(CHUNK).fill(1);

const arms = {
  control: async () => expectLength((await device.ctrlTransfer(0xc0, 1, 0, 0, 18)).length, 18),
  calls: async () => expectLength((await Promise.resolve(answer.slice())).length, 18),
  read: async () => expectLength((await device.read(0x81, CHUNK)).length, CHUNK),
  write: async () => expectLength(await device.write(0x02, chunk), CHUNK),
  copy: async () => expectLength((await Promise.resolve(chunk.slice())).length, CHUNK),
};
const rates = Object.fromEntries(Object.keys(arms).map((name) => [name, []]));
for (let turn = 0; turn <= turns; turn++) {
  for (const [name, move] of Object.entries(arms)) {
    const rate = await rateOf(move);
    // The first turn is the warm-up.
    if (turn > 0) rates[name].push(rate);
  }
}
await backend.close();
console.log(JSON.stringify(rates));

async function rateOf(move) {
  const begin = performance.now();
  let count = 0;
  let now = begin;
  for (; now - begin < seconds * 1000; now = performance.now()) {
    for (let left = BATCH; left > 0; left--) await move();
    count += BATCH;
  }
  return (count * 1000) / (now - begin);
}

function expectLength(length, expected) {
  if (length !== expected) throw new Error(`${length} bytes instead of ${expected}`);
}
