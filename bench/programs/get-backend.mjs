// node get-backend.mjs CALLS: what getBackend() takes the first time, and so many times more. Prints { name, first, again,
// idle }, milliseconds; idle is as many turns of the event loop.
import { getBackend } from "@tsusb/core";

const calls = Number(process.argv[2]);
const first = await timed(getBackend);
const backend = await getBackend();
const again = [];
const idle = [];
for (let left = calls; left > 0; left--) {
  again.push(await timed(getBackend));
  idle.push(await timed(() => new Promise(setImmediate)));
}
await backend.close();
console.log(JSON.stringify({ name: backend.name, first, again, idle }));

async function timed(call) {
  const begin = performance.now();
  await call();
  return performance.now() - begin;
}
