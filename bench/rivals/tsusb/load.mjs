// tsusb with two streams read as fast as they come, of large transfers and of small ones, by the iterator.
import { lateness, TIMEOUT } from "../lateness.mjs";
import { ENDLESS, OTHER_SOURCE, SILENT, SOURCE, serve, within } from "../solo.mjs";
import { endpointOf, openDevice } from "./solo-device.mjs";
import { unanswered } from "./unanswered.mjs";

const device = await openDevice(ENDLESS);

function startStreams() {
  const streams = [
    endpointOf(device, SOURCE).stream({ transferSize: 65_536, transfers: 16 }),
    endpointOf(device, OTHER_SOURCE).stream({ transferSize: 512, transfers: 16 }),
  ];
  const reading = streams.map(readAll);
  return async () => {
    for (const stream of streams) await stream.close();
    await Promise.all(reading);
  };
}

async function readAll(stream) {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  if (bytes === 0) throw new Error("a stream brought nothing");
}

await serve({
  streams: () => lateness({ startStreams, unanswered: () => within(unanswered(device, SILENT[0], TIMEOUT)) }),
});
