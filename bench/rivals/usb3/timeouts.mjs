// npm's usb 3: one transfer with a timeout after the other.
import { ENDLESS, SILENT } from "../solo.mjs";
import { answerTimeouts } from "../timeouts.mjs";
import { openDevice } from "./solo-device.mjs";
import { unanswered } from "./unanswered.mjs";

const device = await openDevice(ENDLESS);
await answerTimeouts((ms) => unanswered(device, SILENT[0], ms));
