// tsusb over libusb 0.1. tsusb-libusb0.mjs WORKLOAD PRODUCT
import { getBackend } from "@tsusb/backend-libusb0";
import { find } from "@tsusb/core";
import { expectLength, measure, product } from "./measure.mjs";
import { openWaiters, waitForData } from "./waiters.mjs";

const device = await find({ idVendor: 0x1209, idProduct: product, backend: await getBackend() });

function control() {
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      const data = await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18);
      expectLength(data.length, 18);
    }
  };
}

function bulk() {
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      const data = await device.read(0x84, 512);
      expectLength(data.length, 512);
    }
  };
}

/** As `bulk`, with a read pending on each of eight other handles. */
async function pending() {
  for (const read of waitForData(await openWaiters(device), 0)) {
    // Of what ends them at the end of the process nobody has to hear; anything before that is a failure.
    read.then(
      ({ length }) => fail(`a silent endpoint gave ${length} bytes`),
      (error) => fail(error.message),
    );
  }
  return bulk();
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

await measure({ control, bulk, pending });
// Not by closing: a blocking call of libusb 0.1 that waits for ever cannot be taken back, as in C.
process.exit(0);
