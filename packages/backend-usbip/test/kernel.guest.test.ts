import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getBackend } from "@tsusb/backend-libusb1";
import { type Device, find, type IsoPacket } from "@tsusb/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AttachedBenchmark } from "./attached-benchmark.js";

const run = promisify(execFile);
const LIMIT = { timeout: 60_000, killSignal: "SIGKILL" } as const;
const PATIENCE = { timeout: 10_000 };

/** The bytes of each packet. */
const bytesOf = (data: Uint8Array, packets: readonly IsoPacket[]): number[][] =>
  packets.map(({ offset, length }) => [...data.subarray(offset, offset + length)]);

let attached: AttachedBenchmark;

beforeAll(async () => {
  attached = await AttachedBenchmark.attach();
});
afterAll(() => attached.close());

it("the kernel has the benchmark device, and lsusb shows it with its strings", async () => {
  const address = await attached.kernel.address();
  const { stdout } = await run("lsusb", ["-v", "-s", address.replace("/", ":")], LIMIT);
  for (const words of [
    /ID 04d8:fa2e/,
    /iManufacturer +1 Travis Robinson/,
    /iProduct +2 Benchmark Device/,
    /iSerial +3 BM001/,
    /wTotalLength +0x004e/,
    /Transfer Type +Isochronous/,
  ])
    expect(stdout).toMatch(words);
  expect(await attached.kernel.read("speed")).toBe("12");
});

const program = fileURLToPath(new URL("pyusb_benchmark.py", import.meta.url));

describe.each(["libusb1", "libusb0"])("PyUSB, unmodified, over %s", async (backend) => {
  // PyUSB knows isochronous transfers of libusb 0.1 on Windows only.
  const withoutIso = backend === "libusb0" ? ["device: isochronous loopback"] : [];

  it("passes what its own tests ask of a device", async () => {
    const { stdout } = await run("/usr/bin/python3", [program, backend], LIMIT);
    const results = Object.entries(JSON.parse(stdout) as Record<string, string>);
    expect(results).toHaveLength(17);
    const failed = results.filter(([, result]) => result !== "passed");
    expect(failed.map(([name]) => name)).toEqual(withoutIso);
    for (const [, result] of failed) expect(result).toMatch(/^not implemented/);
  });
});

describe("libusb 1.0 over vhci_hcd", () => {
  let backend: Awaited<ReturnType<typeof getBackend>>;
  const open = async (): Promise<Device> => {
    const found = await find({ idVendor: 0x04d8, idProduct: 0xfa2e, backend });
    if (found === undefined) throw new Error("libusb does not list the benchmark device");
    return found.open();
  };

  beforeAll(async () => {
    backend = await getBackend();
  });
  afterAll(() => backend.close());

  it("gets isochronous packets as they were sent, short and empty ones in their places", async () => {
    await using usb = await open();
    await usb.setInterfaceAltsetting(0, 2);
    const lengths = [64, 10, 0, 64, 1, 33];
    for (const length of lengths) await attached.send(0x83, new Uint8Array(length).fill(length));
    const { data, packets } = await usb.isoRead(0x83, 6 * 64, {
      packetLengths: new Array(6).fill(64),
      ...PATIENCE,
    });
    expect(bytesOf(data, packets)).toEqual(lengths.map((length) => new Array(length).fill(length)));
    expect(packets.map(({ status }) => status)).toEqual(new Array(6).fill("completed"));
  });

  it("sends isochronous packets as they are, short ones too", async () => {
    await using usb = await open();
    await usb.setInterfaceAltsetting(0, 2);
    const lengths = [64, 5, 64, 31];
    const sent = lengths.map((length) => new Array<number>(length).fill(0x40 + length));
    await usb.isoWrite(0x03, sent.flat(), { packetLengths: lengths, ...PATIENCE });
    const { data, packets } = await usb.isoRead(0x83, 4 * 64, {
      packetLengths: new Array(4).fill(64),
      ...PATIENCE,
    });
    expect(bytesOf(data, packets)).toEqual(sent);
  });

  it("cancels a read that waits, and the next one gets what comes", async () => {
    await using usb = await open();
    await usb.setInterfaceAltsetting(0, 0);
    const stop = new AbortController();
    const read = usb.read(0x81, 64, { signal: stop.signal, timeout: 0 });
    const other = usb.read(0x81, 64, PATIENCE);
    stop.abort();
    await expect(read).rejects.toMatchObject({ code: "ABORT_ERR" });
    await attached.send(0x81, Uint8Array.of(1, 2, 3));
    expect(await other).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("moves more than fits at once through the bulk loopback", async () => {
    await using usb = await open();
    await usb.setInterfaceAltsetting(0, 0);
    const sent = Uint8Array.from({ length: 16_384 }, (_, index) => (index * 7) & 0xff);
    for (let round = 0; round < 4; round++) {
      const [read] = await Promise.all([
        usb.read(0x81, sent.length, PATIENCE),
        usb.write(0x01, sent, PATIENCE),
      ]);
      expect(Buffer.from(read).equals(sent)).toBe(true);
    }
  });

  it("loses the device when it is unplugged, and finds it again when it is attached again", async () => {
    const usb = await open();
    const read = expect(usb.read(0x81, 64, { timeout: 0 })).rejects.toMatchObject({ code: "ENODEV" });
    await attached.unplug();
    await read;
    await attached.plug();
    await vi.waitFor(async () => (await open()).close(), PATIENCE);
  });

  it("loses the device when it is detached, and the server gives it back", async () => {
    await attached.kernel.detach();
    await vi.waitFor(async () => expect((await attached.events()).at(-1)).toBe("released"), PATIENCE);
    await attached.attach();
  });
});
