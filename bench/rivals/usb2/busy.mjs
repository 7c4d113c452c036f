// npm's usb 2: startPoll(), which keeps transfers in flight; each is submitted again from JavaScript.
import { shareOfLine } from "../busy-half.mjs";
import { answer, IN_FLIGHT, kind, LINE, SOURCE } from "../solo.mjs";
import { openInterface } from "./solo-device.mjs";

const endpoint = openInterface(LINE).endpoint(SOURCE);
let bytes = 0;
endpoint.on("data", ({ length }) => {
  bytes += length;
});
endpoint.on("error", (error) => {
  throw error;
});
const size = Number(kind) * 1024;
endpoint.startPoll(IN_FLIGHT / size, size);
answer(await shareOfLine(() => bytes));
