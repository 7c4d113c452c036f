// npm's usb 3 (nusb inside, WebUSB's interface). usb3.mjs WORKLOAD PRODUCT
//
// It has one way: each transfer is awaited and gives a new buffer. Whether an endpoint takes a second one is tried.
import { usb } from "usb3";
import { Cannot, expectLength, IN_FLIGHT, measure, product, workloads } from "./measure.mjs";

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

const bulk = (size) => () => {
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      const { data } = await device.transferIn(4, size);
      expectLength(data.byteLength, size);
    }
  };
};

const inFlight = (size) => async () => {
  // Again and again: where the first one is quick enough, the endpoint is free for the next.
  for (let tries = 0; tries < 100; tries++) {
    const transfers = Array.from({ length: IN_FLIGHT }, () => device.transferIn(4, size));
    const refused = (await Promise.allSettled(transfers)).find(({ status }) => status === "rejected");
    if (refused)
      throw new Cannot(`one transfer at a time on an endpoint; a second: ${refused.reason.message}`);
  }
  return async (transfers) => {
    let left = transfers;
    const loop = async () => {
      while (left-- > 0) expectLength((await device.transferIn(4, size)).data.byteLength, size);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
  };
};

// Streams are loops to it.
await measure(workloads({ control, bulk, inFlight, stream: inFlight }));
await device.releaseInterface(0);
await device.close();
