// node event-loop.mjs work|idle: how late a 1 ms timer is while 100 devices are listed, opened and read, or while nothing
// happens. Prints { arm, devices, ms, delays }, delays in milliseconds.
import "@tsusb/backend-libusb1";
import { setTimeout as sleep } from "node:timers/promises";
import { findAll, getBackend } from "@tsusb/core";

const IDLE_MS = 500;
const [name] = process.argv.slice(2);

// Loads the library, which is not part of it; what closes begins anew.
await (await getBackend()).close();

const delays = [];
const begin = performance.now();
let armed;
let timer;
arm();
const worked = name === "work" ? await readEverything() : await sleep(IDLE_MS, 0);
clearTimeout(timer);
// What ended the work may have kept the timer waiting.
delays.push(Math.max(0, performance.now() - armed - 1));
const ms = performance.now() - begin;
console.log(JSON.stringify({ arm: name, devices: worked || (await findAll()).length, ms, delays }));

function arm() {
  armed = performance.now();
  timer = setTimeout(() => {
    delays.push(performance.now() - armed - 1);
    arm();
  }, 1);
}

async function readEverything() {
  const found = await findAll();
  for (const device of found) {
    await device.open();
    for (const configuration of device) for (const each of configuration) void [...each];
    await device.getActiveConfiguration();
    await device.readStrings();
    await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18);
    await device.close();
  }
  return found.length;
}
