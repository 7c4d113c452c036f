// npm's usb 3: one transfer, awaited, then the next; an endpoint takes no second one.
import { shareOfLine } from "../busy-half.mjs";
import { answer, kind, LINE, SOURCE } from "../solo.mjs";
import { numberOf, openDevice } from "./solo-device.mjs";

const size = Number(kind) * 1024;
const device = await openDevice(LINE);
let bytes = 0;
answer(await Promise.race([shareOfLine(() => bytes), read()]));

async function read() {
  for (;;) bytes += (await device.transferIn(numberOf(SOURCE), size)).data.byteLength;
}
