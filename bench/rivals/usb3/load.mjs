// npm's usb 3 with two endpoints read as fast as they come, of large transfers and of small ones: one at a time on each.
import { lateness, TIMEOUT } from "../lateness.mjs";
import { ENDLESS, OTHER_SOURCE, SILENT, SOURCE, serve, within } from "../solo.mjs";
import { numberOf, openDevice } from "./solo-device.mjs";
import { unanswered } from "./unanswered.mjs";

const device = await openDevice(ENDLESS);

function startStreams() {
  let isOver = false;
  const read = async (address, size) => {
    while (!isOver) await device.transferIn(numberOf(address), size);
  };
  const reading = [read(SOURCE, 65_536), read(OTHER_SOURCE, 512)];
  return async () => {
    isOver = true;
    await Promise.all(reading);
  };
}

await serve({
  streams: () => lateness({ startStreams, unanswered: () => within(unanswered(device, SILENT[0], TIMEOUT)) }),
});
