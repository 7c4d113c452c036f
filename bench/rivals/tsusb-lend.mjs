// tsusb lending out the memory that the device wrote to, until the next chunk. tsusb-lend.mjs WORKLOAD PRODUCT
import "@tsusb/backend-libusb1";
import { find } from "@tsusb/core";
import { expectLength, IN_FLIGHT, measure, product, workloads } from "./measure.mjs";

const device = await find({ idVendor: 0x1209, idProduct: product });

const stream = (size) => () => {
  const [endpoint] = device.configurations[0].interfaces[0].endpoints;
  const lent = endpoint.stream({ transferSize: size, transfers: IN_FLIGHT, borrow: true });
  const chunks = lent[Symbol.asyncIterator]();
  return async (transfers) => {
    for (let left = transfers; left > 0; left--) expectLength((await chunks.next()).value.length, size);
  };
};

await measure(workloads({ stream }));
await device.close();
