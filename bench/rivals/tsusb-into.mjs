// tsusb into a buffer made once, which allocates nothing but the promise. tsusb-into.mjs WORKLOAD PRODUCT
import "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";
import { expectLength, IN_FLIGHT, measure, product, workloads } from "./measure.mjs";

const device = await find({ idVendor: 0x1209, idProduct: product });

function control() {
  const buffer = new Uint8Array(18);
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      expectLength(await device.ctrlTransfer(0x80, 6, 0x0100, 0, buffer), 18);
    }
  };
}

const bulk = (size) => () => {
  const buffer = new Uint8Array(size);
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) {
      expectLength(await device.readInto(0x84, buffer), size);
    }
  };
};

const inFlight = (size) => () => {
  const buffers = Array.from({ length: IN_FLIGHT }, () => new Uint8Array(size));
  return async (transfers) => {
    let left = transfers;
    const loop = async (buffer) => {
      while (left-- > 0) expectLength(await device.readInto(0x84, buffer), size);
    };
    await Promise.all(buffers.map(loop));
  };
};

const stream = (size) => () => {
  const [endpoint] = device.configurations[0].interfaces[0].endpoints;
  const incoming = endpoint.stream({ transferSize: size, transfers: IN_FLIGHT });
  const buffer = new Uint8Array(size);
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) expectLength(await incoming.readInto(buffer), size);
  };
};

await measure(workloads({ control, bulk, inFlight, stream }));
await device.close();
