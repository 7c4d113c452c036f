import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runOnBus } from "../lib/bus.mjs";
import { printed, program } from "../lib/program.mjs";
import { median, percentile } from "../lib/statistics.mjs";

const DEVICES = 100;
/** Milliseconds that a 1 ms timer may come later than with nothing to do, at the 99th percentile. */
const MOST = 5;

/** Enumerating, opening and reading the descriptors of 100 devices leaves the event loop free. */
export const eventLoop = {
  name: "event-loop",
  async run({ rounds }) {
    const { work, idle } = await measureEventLoop(2 * rounds);
    const [late, idleLate] = [work, idle].map((runs) => median(runs.map(({ p99 }) => p99)));
    const took = median(work.map(({ ms }) => ms));
    return [
      {
        what: `${DEVICES} devices listed, opened, read: how late a 1 ms timer is, p99`,
        bound: `at most ${MOST} ms more than idle`,
        figure: `${late.toFixed(2)} ms, idle ${idleLate.toFixed(2)} ms (${work.length} runs of ${took.toFixed(0)} ms)`,
        isKept: late - idleLate <= MOST,
      },
    ];
  },
};

/** Runs the work and, as the idle arm, as long without it, in turn. @param {number} rounds */
export async function measureEventLoop(rounds) {
  const folder = mkdtempSync(path.join(tmpdir(), "tsusb-bench-"));
  try {
    const devices = path.join(folder, "devices.json");
    writeFileSync(devices, JSON.stringify(manyDevices(DEVICES)));
    const command = (arm) => ({ command: [process.execPath, program("event-loop.mjs"), arm] });
    const jobs = Array.from({ length: rounds }, () => [command("work"), command("idle")]).flat();
    const runs = (await runOnBus(jobs, { devices })).map(printed);
    for (const run of runs)
      if (run.devices < DEVICES) throw new Error(`${run.devices} devices were found of ${DEVICES}`);
    const arm = (name) =>
      runs
        .filter((run) => run.arm === name)
        .map(({ delays, ms }) => ({ p99: percentile(delays, 99), samples: delays.length, ms }));
    return { work: arm("work"), idle: arm("idle") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Devices with three strings, two interfaces and four endpoints each, on four buses. */
function manyDevices(count) {
  const endpoint = (address) => ({ bEndpointAddress: address, bmAttributes: "bulk", wMaxPacketSize: 512 });
  return Array.from({ length: count }, (_, at) => ({
    id: `many-${at}`,
    bus: 1 + (at % 4),
    manufacturer: "tsusb",
    product: `Device ${at}`,
    serialNumber: `MANY-${at}`,
    device: { idVendor: 0x1209, idProduct: 0x0010, bDeviceClass: 255 },
    configurations: [
      {
        bConfigurationValue: 1,
        interfaces: [0, 1].map((number) => ({
          bInterfaceNumber: number,
          endpoints: [endpoint(0x81 + number), endpoint(0x01 + number)],
        })),
      },
    ],
  }));
}
