// npm's usb 2 with two endpoints polled as fast as they come, of large transfers and of small ones. Its timeouts do not come
// within a minute on Linux, so that there is none to be measured: see timeouts.mjs.
import { lateness } from "../lateness.mjs";
import { ENDLESS, OTHER_SOURCE, SOURCE, serve } from "../solo.mjs";
import { openInterface } from "./solo-device.mjs";

const claimed = openInterface(ENDLESS);

function startStreams() {
  const polled = [
    [SOURCE, 65_536],
    [OTHER_SOURCE, 512],
  ].map(([address, size]) => {
    const endpoint = claimed.endpoint(address);
    endpoint.on("data", () => {});
    endpoint.on("error", (error) => {
      throw error;
    });
    endpoint.startPoll(16, size);
    return endpoint;
  });
  return () => Promise.all(polled.map((endpoint) => new Promise((resolve) => endpoint.stopPoll(resolve))));
}

await serve({ streams: () => lateness({ startStreams }) });
