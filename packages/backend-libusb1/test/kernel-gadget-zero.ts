import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type ConformanceSetup, type DeviceUnderTest, splitSystemDescriptors } from "@tsusb/conformance";

/** The gadgets zero of the guest's kernel, at high and at super speed. */
export const KERNEL_GADGETS = ["zero-hs", "zero-ss"] as const;
type KernelGadget = (typeof KERNEL_GADGETS)[number];

/** What the suite needs of one of them, whatever the backend: the device, the hand on its plug, a slow machine. */
export function kernelGadgetZero(
  gadget: KernelGadget,
): Pick<ConformanceSetup, "device" | "control" | "slow"> {
  const hand = (verb: string) => async () => {
    await run("gadgets", [verb, gadget]);
  };
  return {
    device: deviceUnderTest(gadget),
    control: { unplug: hand("unplug"), plug: hand("replug") },
    slow: true,
  };
}

const run = promisify(execFile);
const FOLDER = "/sys/bus/usb/devices";

/** Linux's gadget zero: configuration 3 is source and sink, 2 the loopback. */
const SOURCE_SINK = 3;
const LOOPBACK = 2;

/** Buffers of the loopback. Source: Linux drivers/usb/gadget/function/g_zero.h, GZERO_BULK_BUFLEN and GZERO_QLEN. */
const BUFFER_SIZE = 4096;
const BUFFERS = 32;

/** Addresses of the bulk endpoints of interface 0: the kernel assigns them when the gadget is made. */
function bulkPair(configuration: Uint8Array): { in: number; out: number; packetSize: number } {
  const found = new Map<"in" | "out", number>();
  let packetSize = 0;
  for (let offset = 0; offset < configuration.byteLength; offset += configuration[offset] || 1) {
    const [, type, address = 0, , low = 0, high = 0] = configuration.subarray(offset, offset + 7);
    const direction = address >= 0x80 ? "in" : "out";
    if (type !== 5 || found.has(direction)) continue;
    found.set(direction, address);
    packetSize = low | (high << 8);
  }
  return { in: found.get("in") ?? 0, out: found.get("out") ?? 0, packetSize };
}

function deviceUnderTest(gadget: KernelGadget): DeviceUnderTest {
  const serialNumber = `${gadget}-0123456789`;
  const read = (name: string, file: string) => readFileSync(`${FOLDER}/${name}/${file}`);
  const name = readdirSync(FOLDER).find((each) => {
    try {
      return read(each, "serial").toString().trim() === serialNumber;
    } catch {
      return false;
    }
  });
  if (name === undefined) throw new Error(`${gadget} is not plugged in; run this by "npm run guest"`);
  const bytes = splitSystemDescriptors(read(name, "descriptors"));
  const pairOf = (value: number) => {
    const configuration = bytes.configurationDescriptors.find((each) => each[5] === value);
    if (configuration === undefined) throw new Error(`${gadget} has no configuration ${value}`);
    const place = { configurationValue: value, interfaceNumber: 0, alternateSetting: 0 };
    return { place, ...bulkPair(configuration) };
  };
  const { place: endlessPlace, ...endless } = pairOf(SOURCE_SINK);
  const { place: loopbackPlace, ...loopback } = pairOf(LOOPBACK);
  return {
    ...bytes,
    idVendor: 0x0525,
    idProduct: 0xa4a0,
    isIt: (device) => device.serialNumber === serialNumber,
    speed: gadget === "zero-ss" ? 4 : 3,
    langid: 0x0409,
    strings: { manufacturer: "tsusb", product: "Gadget Zero", serialNumber },
    store: { configurationValue: SOURCE_SINK, write: 0x5b, read: 0x5c, size: 4096 },
    source: { ...endlessPlace, endpoint: endless.in, packetSize: endless.packetSize },
    sink: { ...endlessPlace, endpoint: endless.out, packetSize: endless.packetSize },
    bulkLoopback: {
      ...loopbackPlace,
      ...loopback,
      bufferSize: BUFFER_SIZE,
      capacity: BUFFERS * BUFFER_SIZE,
    },
    // Nothing comes back as long as nothing was sent.
    silent: { ...loopbackPlace, endpoint: loopback.in, packetSize: loopback.packetSize },
  };
}
