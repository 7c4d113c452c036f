import "@tsusb/backend-libusb1";
import { findAll } from "@tsusb/core";

const lines = (await findAll()).map(
  ({ bus, address, idVendor, idProduct }) => `${bus} ${address} ${idVendor} ${idProduct}`,
);
console.log(lines.sort().join("\n"));
