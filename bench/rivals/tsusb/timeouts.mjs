// tsusb's own timeouts: one read after the other that nothing answers.
import { percentile } from "../../lib/statistics.mjs";
import { answer, ENDLESS, kind, SILENT, within } from "../solo.mjs";
import { openDevice } from "./solo-device.mjs";

const asked = Number(kind);
const device = await openDevice(ENDLESS);
const off = [];
for (let left = Math.ceil(900 / asked); left > 0; left--) {
  const begin = performance.now();
  await within(device.read(SILENT[0], 512, asked).catch((error) => expectTimeout(error)));
  off.push(Math.abs(performance.now() - begin - asked));
}
answer({ off: percentile(off, 99) });

function expectTimeout(error) {
  if (error.code !== "ETIMEDOUT") throw error;
}
