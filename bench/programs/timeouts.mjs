// node timeouts.mjs READS MS: reads from an endpoint that never answers, and waits for as many plain timers, in turn.
// Prints { reads: [{ ms, name, backendErrorCode }], idle: [ms] }.
import "@tsusb/backend-libusb1";
import { setTimeout as sleep } from "node:timers/promises";
import { find } from "@tsusb/core";

const SILENT = 0x85;
const [count, timeout] = process.argv.slice(2).map(Number);

const device = await find({ idVendor: 0x1209, idProduct: 0x0001 });
await device.claimInterface(2);
const reads = [];
const idle = [];
for (let left = count; left > 0; left--) {
  reads.push(await unanswered());
  const begin = performance.now();
  await sleep(timeout);
  idle.push(performance.now() - begin);
}
await device.close();
console.log(JSON.stringify({ reads, idle }));

async function unanswered() {
  const begin = performance.now();
  try {
    const data = await device.read(SILENT, 512, timeout);
    return { ms: performance.now() - begin, name: `${data.length} bytes` };
  } catch (error) {
    const ms = performance.now() - begin;
    return { ms, name: error.constructor.name, backendErrorCode: error.backendErrorCode };
  }
}
