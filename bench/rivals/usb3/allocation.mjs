// npm's usb 3: one transfer, awaited, then the next; each gives a new DataView.
import { heapOf } from "../heap-sampling.mjs";
import { ENDLESS, SOURCE, serve } from "../solo.mjs";
import { numberOf, openDevice } from "./solo-device.mjs";

const device = await openDevice(ENDLESS);

const iterator = () =>
  heapOf(async (count) => {
    for (let left = count; left > 0; left--) await device.transferIn(numberOf(SOURCE), 512);
  });

await serve({ iterator });
