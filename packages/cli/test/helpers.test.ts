import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { deviceName } from "../src/device-name.js";
import { cut, table } from "../src/output/table.js";
import { sortDevices } from "../src/sort-devices.js";
import { loadUsbIds } from "../src/usb-ids.js";

describe("the table", () => {
  const heads = [{ title: "A" }, { title: "B" }];

  it("counts wide characters as two columns", () => {
    expect(
      table(
        heads,
        [
          ["鍵盤", "x"],
          ["ab", "y"],
        ],
        undefined,
      ),
    ).toBe("A     B\n鍵盤  x\nab    y\n");
  });

  it("cuts between characters as people see them", () => {
    expect(cut("鍵盤盤", 5)).toBe("鍵盤…");
    expect(cut("鍵盤盤", 4)).toBe("鍵…");
    expect(cut("e\u0301e\u0301e\u0301", 3)).toBe("e\u0301e\u0301e\u0301");
    expect(cut("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…");
  });

  it("leaves ten columns to the last one, however narrow the terminal", () => {
    expect(table(heads, [["x".repeat(30), "0123456789ab"]], 5).split("\n")[1]).toBe(
      `${"x".repeat(30)}  012345678…`,
    );
  });
});

describe("the order", () => {
  it("goes by bus, by the way from the root hub, by address; the unknown comes last", () => {
    const sorted = [
      { bus: 1, portNumbers: [], address: 1 },
      { bus: 1, portNumbers: [2], address: 9 },
      { bus: 1, portNumbers: [2, 1], address: 3 },
      { bus: 1, portNumbers: [2, 10], address: 2 },
      { bus: 1, portNumbers: [10], address: 4 },
      { bus: 1, portNumbers: undefined, address: 5 },
      { bus: 1, portNumbers: undefined, address: undefined },
      { bus: 2, portNumbers: [], address: 1 },
      { bus: undefined, portNumbers: undefined, address: 1 },
    ];
    for (const turned of [[...sorted].reverse(), [...sorted.slice(4), ...sorted.slice(0, 4)]])
      expect(sortDevices(turned)).toEqual(sorted);
  });
});

describe("the list of names", () => {
  const folder = mkdtempSync(join(tmpdir(), "tsusb-ids-"));
  const file = join(folder, "usb.ids");
  writeFileSync(
    file,
    [
      "# a comment",
      "0001  First Vendor",
      "\t0001  First Product",
      "# between",
      "\t0002  Second Product  ",
      "\t\t00  an interface",
      "0525  Netchip",
      '\ta4a0  Linux-USB "Gadget Zero"',
      "C 00  (Defined at Interface level)",
      "\t0003  no product of Netchip's",
    ].join("\n"),
  );
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    [0x0001, 0x0001, "First Vendor", "First Product"],
    [0x0001, 0x0002, "First Vendor", "Second Product"],
    [0x0001, 0xa4a0, "First Vendor", undefined],
    [0x0525, 0xa4a0, "Netchip", 'Linux-USB "Gadget Zero"'],
    [0x0525, 0x0003, "Netchip", undefined],
    [0x9999, 0x0001, undefined, undefined],
  ])("names %i:%i", async (idVendor, idProduct, vendor, product) => {
    const namesOf = await loadUsbIds([join(folder, "missing"), file]);
    expect(namesOf(idVendor, idProduct)).toEqual({ vendor, product });
  });

  it("names nothing where the system has no such file", async () => {
    const namesOf = await loadUsbIds([join(folder, "missing")]);
    expect(namesOf(1, 1)).toEqual({ vendor: undefined, product: undefined });
  });

  it("stands in for the strings that a device lacks, and does not name the maker twice", () => {
    const names = { vendor: "Logitech, Inc.", product: "Unifying Receiver" };
    expect(deviceName({ manufacturer: "  ", product: undefined }, names)).toBe(
      "Logitech, Inc. Unifying Receiver",
    );
    expect(deviceName({ manufacturer: "Logitech", product: "LOGITECH Webcam" }, names)).toBe(
      "LOGITECH Webcam",
    );
    const none = { vendor: undefined, product: undefined };
    expect(deviceName({ manufacturer: undefined, product: undefined }, none)).toBe("");
  });
});
