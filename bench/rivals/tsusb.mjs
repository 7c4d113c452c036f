// tsusb by what it gives away: each read gives a new array. tsusb.mjs WORKLOAD PRODUCT
import "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";
import { expectLength, IN_FLIGHT, measure, product, workloads } from "./measure.mjs";

const device = await find({ idVendor: 0x1209, idProduct: product });

function control() {
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      const data = await device.ctrlTransfer(0x80, 6, 0x0100, 0, 18);
      expectLength(data.length, 18);
    }
  };
}

const bulk = (size) => () => {
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      const data = await device.read(0x84, size);
      expectLength(data.length, size);
    }
  };
};

const inFlight = (size) => () => async (transfers) => {
  let left = transfers;
  const loop = async () => {
    while (left-- > 0) expectLength((await device.read(0x84, size)).length, size);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
};

const stream = (size) => () => {
  const [endpoint] = device.configurations[0].interfaces[0].endpoints;
  const chunks = endpoint.stream({ transferSize: size, transfers: IN_FLIGHT })[Symbol.asyncIterator]();
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) expectLength((await chunks.next()).value.length, size);
  };
};

await measure(workloads({ control, bulk, inFlight, stream }));
await device.close();
