// Runs in a folder that has core and nothing else: how long getBackend() takes to say so. Prints { ms, code, attempts,
// idle }: milliseconds, and what importing an empty module takes there.
import { getBackend } from "@tsusb/core";

const begin = performance.now();
const error = await getBackend().catch((reason) => reason);
const ms = performance.now() - begin;
const idleBegin = performance.now();
await import("./empty.mjs");
const idle = performance.now() - idleBegin;
const { code, attempts } = error;
console.log(JSON.stringify({ ms, code, attempts: attempts?.map(({ outcome }) => outcome), idle }));
