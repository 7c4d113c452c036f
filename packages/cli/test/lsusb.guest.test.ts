import { expect, it } from "vitest";
import { byPlace, type LsusbLine, lsusb } from "./lsusb.js";
import { tsusb } from "./tsusb.js";

/** Devices that the guest has; the product strings are the kernel's gadgets' and QEMU's. */
const PRESENT = [
  { idVendor: 0x0525, idProduct: 0xa4a0, product: "Gadget Zero", speed: 3 },
  { idVendor: 0x0525, idProduct: 0xa4a0, product: "Gadget Zero", speed: 4 },
  { product: "QEMU USB Keyboard" },
  { product: "QEMU USB Tablet" },
  { product: "QEMU USB HARDDRIVE" },
  { product: "QEMU USB Hub" },
];

it("names the same bus, address, vendor and product as lsusb for every device", async () => {
  const { status, out, err } = await tsusb("list", "--json");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  const listed: LsusbLine[] = JSON.parse(out);
  for (const device of PRESENT) expect(listed).toContainEqual(expect.objectContaining(device));
  const named = listed.map(({ bus, address, idVendor, idProduct }) => ({
    bus,
    address,
    idVendor,
    idProduct,
  }));
  expect(byPlace(named)).toEqual(lsusb());
});
