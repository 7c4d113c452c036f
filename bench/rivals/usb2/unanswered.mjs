/** Source: libusb.h, enum libusb_transfer_status, LIBUSB_TRANSFER_TIMED_OUT. */
const TIMED_OUT = 2;

/** Reads what nothing answers, until that has timed out. @param {import("usb2").InEndpoint} endpoint @param {number} timeout */
export function unanswered(endpoint, timeout) {
  return new Promise((resolve, reject) => {
    const onEnd = (error) =>
      error?.errno === TIMED_OUT ? resolve() : reject(error ?? new Error("a silent endpoint answered"));
    endpoint.makeTransfer(timeout, onEnd).submit(Buffer.alloc(512));
  });
}
