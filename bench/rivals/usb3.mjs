// npm's usb 3 (nusb inside, WebUSB's interface). usb3.mjs WORKLOAD PRODUCT
//
// It has one way: each transfer is awaited and gives a new buffer.
import { usb } from "usb3";
import { expectLength, measure, product } from "./measure.mjs";

const device = await usb.findDeviceByIds(0x1209, product);
await device.open();
await device.claimInterface(0);

const GET_DEVICE_DESCRIPTOR = {
  requestType: "standard",
  recipient: "device",
  request: 6,
  value: 0x0100,
  index: 0,
};

function control() {
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      const { data } = await device.controlTransferIn(GET_DEVICE_DESCRIPTOR, 18);
      expectLength(data.byteLength, 18);
    }
  };
}

function bulk() {
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      const { data } = await device.transferIn(4, 512);
      expectLength(data.byteLength, 512);
    }
  };
}

await measure({ control, bulk });
await device.releaseInterface(0);
await device.close();
