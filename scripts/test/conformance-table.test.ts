import { expect, it } from "vitest";
import { conformanceTable, readRows } from "../conformance-table.mjs";

const row = {
  half: "contract",
  backend: "libusb0",
  library: "libusb-0.1.so.4",
  device: "Gadget Zero (0525:a4a0)",
  run: 90,
  passed: 90,
  notSupported: ["timeouts: keeps the bytes", "reset: keeps claims"],
  notOnThisDevice: 3,
};
const other = {
  ...row,
  half: "API",
  backend: "virtual",
  library: "0.1.0",
  notSupported: ["reset: keeps claims"],
};

it("lays the runs of all lanes out as one table, and names each case left out once", () => {
  const rows = [
    ...readRows("bus", `${JSON.stringify(row)}\n`),
    ...readRows("unit", `${JSON.stringify(other)}\n${JSON.stringify(other)}\n`),
  ];
  expect(conformanceTable(rows).split("\n")).toEqual([
    "lane  backend  library          device                   half      run  passed  not supported  not on this device",
    "bus   libusb0  libusb-0.1.so.4  Gadget Zero (0525:a4a0)  contract   90      90              2                   3",
    "unit  virtual  0.1.0            Gadget Zero (0525:a4a0)  API        90      90              1                   3",
    "unit  virtual  0.1.0            Gadget Zero (0525:a4a0)  API        90      90              1                   3",
    "not supported  timeouts: keeps the bytes  (libusb0 libusb-0.1.so.4)",
    "not supported  reset: keeps claims  (libusb0 libusb-0.1.so.4, virtual 0.1.0)",
  ]);
});

it("has no table where nothing was reported", () => {
  expect(conformanceTable(readRows("unit", ""))).toBe("");
});
