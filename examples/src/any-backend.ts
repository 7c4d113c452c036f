// One program, whichever backend: prints every descriptor, then moves data by control and bulk transfers. It says the same
// for each: TSUSB_BACKEND=libusb0 node any-backend.js 0525:a4a0
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { type Device, describe, type Endpoint, findAll } from "@tsusb/core";

/** Vendor requests of the kernel's gadget zero: keep these bytes, give them back. */
const STORE = 0x5b;
const FETCH = 0x5c;

const HELP = `usage: node any-backend.js [VENDOR:PRODUCT]

Prints the descriptors of a gadget zero (default 1209:0001, that of the played bus) and moves data. What data comes in by
bulk is the device's affair; here its hash is printed. TSUSB_BACKEND names the backend.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: "boolean", short: "h" } },
});
if (values.help) console.log(HELP.trimEnd());
else await run(positionals[0] ?? "1209:0001");

async function run(ids: string): Promise<void> {
  const [idVendor = Number.NaN, idProduct = Number.NaN] = ids.split(":").map((id) => Number.parseInt(id, 16));
  // The first by its place on the buses: libraries list in different orders.
  const [device] = (await findAll({ idVendor, idProduct })).sort(
    (one, other) => placeOf(one) - placeOf(other),
  );
  if (device === undefined) throw new Error(`${ids} is not plugged in`);
  // On stderr: it is the one thing that differs.
  console.error(`backend ${device.backend.name}`);
  try {
    console.log(await describe(device));
    // The first one: whoever had the device before may have left another one selected.
    await device.setConfiguration();
    await moveByControl(device);
    await moveByBulk(device);
  } finally {
    await device.close();
  }
}

function placeOf({ bus = 0, address = 0 }: Device): number {
  return 128 * bus + address;
}

async function moveByControl(device: Device): Promise<void> {
  const sent = Uint8Array.from({ length: 64 }, (_, index) => index ^ 0xa5);
  await device.ctrlTransfer(0x40, STORE, 0, 0, sent);
  const received = await device.ctrlTransfer(0xc0, FETCH, 0, 0, sent.length);
  console.log(`control: ${received.length} bytes, equal: ${Buffer.compare(sent, received) === 0}`);
}

async function moveByBulk(device: Device): Promise<void> {
  const active = await device.getActiveConfiguration();
  const endpoints = active?.getInterface(0)?.endpoints ?? [];
  const out = endpointOf(endpoints, "out");
  const in_ = endpointOf(endpoints, "in");
  const written = await out.write(Uint8Array.from({ length: 1024 }, (_, index) => index & 0xff));
  const received = await in_.read(1024);
  const hash = createHash("sha256").update(received).digest("hex");
  console.log(`bulk: ${written} bytes out, ${received.length} bytes in, sha256 ${hash}`);
}

function endpointOf(endpoints: readonly Endpoint[], direction: "in" | "out"): Endpoint {
  const found = endpoints.find((each) => each.type === "bulk" && each.direction === direction);
  if (found === undefined) throw new Error(`interface 0 has no bulk endpoint ${direction}`);
  return found;
}
