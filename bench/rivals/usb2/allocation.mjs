// npm's usb 2: startPoll(), which gives each chunk as a new Buffer.
import { heapOf } from "../heap-sampling.mjs";
import { ENDLESS, SOURCE, serve } from "../solo.mjs";
import { openInterface } from "./solo-device.mjs";

const endpoint = openInterface(ENDLESS).endpoint(SOURCE);

function iterator() {
  let left = 0;
  let resolve;
  endpoint.on("data", () => {
    if (left > 0 && --left === 0) resolve();
  });
  endpoint.startPoll(16, 512);
  return heapOf((count) => {
    left = count;
    return new Promise((settle) => {
      resolve = settle;
    });
  });
}

await serve({ iterator });
