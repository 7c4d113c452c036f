// tsusb by what it gives away: each read gives a new array. tsusb.mjs WORKLOAD PRODUCT
import "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";
import { expectLength, measure, product } from "./measure.mjs";

const device = await find({ idVendor: 0x1209, idProduct: product });

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

await measure({ control, bulk });
await device.close();
