// npm's usb 3: one transfer with a timeout after the other.
import { percentile } from "../../lib/statistics.mjs";
import { answer, ENDLESS, kind, SILENT, within } from "../solo.mjs";
import { openDevice } from "./solo-device.mjs";
import { unanswered } from "./unanswered.mjs";

const asked = Number(kind);
const device = await openDevice(ENDLESS);
const off = [];
for (let left = Math.ceil(900 / asked); left > 0; left--) {
  const begin = performance.now();
  await within(unanswered(device, SILENT[0], asked));
  off.push(Math.abs(performance.now() - begin - asked));
}
answer({ off: percentile(off, 99) });
