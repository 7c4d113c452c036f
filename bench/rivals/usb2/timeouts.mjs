// npm's usb 2: a Transfer with a timeout, one after the other. On Linux its libusb has no timer, and looks at timeouts once a
// minute: the first one is cut.
import { percentile } from "../../lib/statistics.mjs";
import { answer, ENDLESS, kind, SILENT, within } from "../solo.mjs";
import { openInterface } from "./solo-device.mjs";
import { unanswered } from "./unanswered.mjs";

const asked = Number(kind);
const endpoint = openInterface(ENDLESS).endpoint(SILENT[0]);
const off = [];
for (let left = Math.ceil(900 / asked); left > 0; left--) {
  const begin = performance.now();
  await within(unanswered(endpoint, asked));
  off.push(Math.abs(performance.now() - begin - asked));
}
answer({ off: percentile(off, 99) });
