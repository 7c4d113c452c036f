// npm's usb 2: a Transfer with a timeout, one after the other. On Linux its libusb has no timer, and looks at timeouts once a
// minute: the first one is cut.
import { ENDLESS, SILENT } from "../solo.mjs";
import { answerTimeouts } from "../timeouts.mjs";
import { openInterface } from "./solo-device.mjs";

/** Source: libusb.h, enum libusb_transfer_status, LIBUSB_TRANSFER_TIMED_OUT. */
const TIMED_OUT = 2;
const endpoint = openInterface(ENDLESS).endpoint(SILENT[0]);

await answerTimeouts(
  (ms) =>
    new Promise((resolve, reject) => {
      const onEnd = (error) =>
        error?.errno === TIMED_OUT ? resolve() : reject(error ?? new Error("a silent endpoint answered"));
      endpoint.makeTransfer(ms, onEnd).submit(Buffer.alloc(512));
    }),
);
