// tsusb's stream goes on by itself while JavaScript is busy: the event thread renews the transfers, and what comes waits in
// memory of 2 MiB, as much as the line brings meanwhile.
import { shareOfLine } from "../busy-half.mjs";
import { answer, IN_FLIGHT, kind, LINE, SOURCE } from "../solo.mjs";
import { endpointOf, openDevice } from "./solo-device.mjs";

const transferSize = Number(kind) * 1024;
const device = await openDevice(LINE);
let bytes = 0;
const reading = read();
answer(await Promise.race([shareOfLine(() => bytes), reading]));

async function read() {
  const stream = endpointOf(device, SOURCE).stream({ transferSize, transfers: IN_FLIGHT / transferSize });
  for await (const chunk of stream) bytes += chunk.length;
}
