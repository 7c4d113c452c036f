// tsusb into a buffer made once, which allocates nothing but the promise. tsusb-into.mjs WORKLOAD PRODUCT
import "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";
import { expectLength, measure, product } from "./measure.mjs";

const device = await find({ idVendor: 0x1209, idProduct: product });

function control() {
  const buffer = new Uint8Array(18);
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      expectLength(await device.ctrlTransfer(0x80, 6, 0x0100, 0, buffer), 18);
    }
  };
}

function bulk() {
  const buffer = new Uint8Array(512);
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      expectLength(await device.readInto(0x84, buffer), 512);
    }
  };
}

await measure({ control, bulk });
await device.close();
