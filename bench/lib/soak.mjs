import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { alone } from "./alone.mjs";
import { program } from "./program.mjs";
import { Unavailable } from "./unavailable.mjs";

const BUS = fileURLToPath(new URL("../../testbed/bus/bus.mjs", import.meta.url));

/** Bytes that the resident memory may waver by after the warm-up, from the lowest to the highest sample. */
export const MOST = 5e6;
/** Seconds of warm-up: the heap has found its size by then, and every path is compiled. */
const WARM_UP = 60;
const SAMPLES = 600;

/**
 * The process at one moment, after a garbage collection.
 *
 * @typedef {object} Sample
 * @property {number} seconds - Since the first byte.
 * @property {number} bytes - Read and found right until then.
 * @property {number} rss - Bytes of resident memory.
 * @property {number} heap - Bytes of the JavaScript heap in use.
 */

/**
 * Reads one stream at full rate on a played bus of its own.
 *
 * @param {object} options
 * @param {"libusb1" | "libusb0" | "openusb"} options.backend
 * @param {number} options.seconds
 * @param {Readonly<Record<string, string>>} [options.env] - More environment. OpenUSB needs `TSUSB_OPENUSB_PATH` to name its
 *   test library, which brings a device of its own.
 * @param {(sample: Sample) => void} [options.onSample] - Told of each as it is taken.
 * @returns {Promise<readonly Sample[]>}
 * @throws Error if a byte was wrong, or the stream ended.
 */
export async function runSoak({ backend, seconds, env, onSample }) {
  const folder = mkdtempSync(path.join(tmpdir(), "tsusb-soak-"));
  try {
    const devices = path.join(folder, "device.json");
    writeFileSync(devices, JSON.stringify(DEVICE));
    const bus = [process.execPath, BUS, "--devices", devices, "--"];
    const every = seconds / Math.min(SAMPLES, Math.max(20, Math.round(seconds)));
    const reader = [process.execPath, "--expose-gc", program("soak.mjs"), backend, seconds, every];
    const command = alone([...bus, ...reader].map(String));
    return await samplesOf(command, env, onSample);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function samplesOf({ program: file, words }, env, onSample) {
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  const samples = [];
  for await (const line of createInterface({ input: child.stdout })) {
    samples.push(JSON.parse(line));
    onSample?.(samples[samples.length - 1]);
  }
  const status = await ended;
  if (status === new Unavailable().exitStatus) throw new Unavailable(stderr.trim());
  if (status !== 0) throw new Error(`the stream ended with ${status}: ${stderr.trim()}`);
  return samples;
}

/**
 * @param {readonly Sample[]} samples
 * @param {number} seconds - How long the stream was asked to go on: of less than five minutes a fifth is the warm-up.
 * @param {number} [most] - Bytes that resident memory may waver by.
 * @returns {{ figure: string, isFlat: boolean, wavered: number }}
 */
export function judgeSoak(samples, seconds, most = MOST) {
  const warm = samples.filter((sample) => sample.seconds >= Math.min(WARM_UP, seconds / 5));
  if (warm.length < 2) throw new Error(`${warm.length} samples after the warm-up say nothing of its memory`);
  const rss = warm.map((sample) => sample.rss);
  const [lowest, highest] = [Math.min(...rss), Math.max(...rss)];
  const last = samples[samples.length - 1];
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  return {
    figure:
      `${(last.bytes / 1e9).toFixed(2)} GB in ${last.seconds.toFixed(0)} s, ${(last.bytes / last.seconds / 1e6).toFixed(0)} MB/s, ` +
      `each byte right; resident ${megabytes(lowest)} to ${megabytes(highest)} MB in ${warm.length} samples after the warm-up, ` +
      `${highest - lowest <= most ? "flat" : "not flat"} within ${megabytes(most)} MB`,
    isFlat: highest - lowest <= most,
    wavered: highest - lowest,
  };
}

/** Sends words that number themselves: they repeat only after 16 GiB. */
const DEVICE = {
  id: "soak",
  device: { idVendor: 0x1209, idProduct: 0x0001, bDeviceClass: 255 },
  configurations: [
    {
      bConfigurationValue: 1,
      interfaces: [
        {
          bInterfaceNumber: 0,
          endpoints: [{ bEndpointAddress: 0x84, bmAttributes: "bulk", wMaxPacketSize: 512 }],
        },
      ],
    },
  ],
  endpoints: { "0x84": { source: "words" } },
};
