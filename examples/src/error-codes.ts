// Every error has a portable `code` and, beside it, the number that the C library gave.
import { LIBUSB_ERROR_PIPE, LIBUSB_ERROR_TIMEOUT } from "@tsusb/backend-libusb1";
import { find, USBError, USBTimeoutError } from "@tsusb/core";

const device = await find({ idVendor: 0x1209, idProduct: 0x0001 });
if (device === undefined) throw new Error("the device is not plugged in");
await device.setConfiguration(1);

try {
  // This endpoint never answers.
  await device.read(0x85, 512, { timeout: 100 });
} catch (error) {
  if (!(error instanceof USBTimeoutError)) throw error;
  console.log(`${error.code}, libusb's ${error.backendErrorCode}`);
  console.log(`is it LIBUSB_ERROR_TIMEOUT? ${error.backendErrorCode === LIBUSB_ERROR_TIMEOUT}`);
}

try {
  // A vendor request that the device does not know: it refuses by a stall.
  await device.ctrlTransfer(0xc0, 0x77, 0, 0, 8);
} catch (error) {
  if (!USBError.is(error)) throw error;
  console.log(`${error.code}, libusb's ${error.backendErrorCode}`);
  console.log(`is it LIBUSB_ERROR_PIPE? ${error.backendErrorCode === LIBUSB_ERROR_PIPE}`);
}

// Where a stall is an answer like any other, ask for the whole outcome: it is a value then.
const setup = { bmRequestType: 0xc0, bRequest: 0x77, wValue: 0, wIndex: 0, wLength: 8 };
const { status } = await device.transfer({ setup, length: 8 });
console.log(`transfer() resolves with "${status}"`);

await device.close();
