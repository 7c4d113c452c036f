import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { shell, tsusb, tsusbWith } from "./tsusb.js";

const NO_LIBRARY = {
  TSUSB_LIBUSB1_PATH: "/nowhere/libusb.so",
  TSUSB_LIBUSB0_PATH: "/nowhere/libusb-0.1.so",
  TSUSB_OPENUSB_PATH: "/nowhere/libopenusb.so",
};
const hasUsb = existsSync("/sys/bus/usb/devices") || existsSync("/dev/bus/usb");

it("runs the demo to its end: exit status 0, every kind of transfer compared", async () => {
  const { status, out, err } = await tsusb("demo");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  for (const text of ["control", "bulk", "interrupt", "ETIMEDOUT"]) expect(out).toContain(text);
});

// Where there is USB, the bus lane says what is listed.
if (process.platform === "linux" && !hasUsb)
  it("says that this machine has no USB, with status 0", async () => {
    const { status, out, err } = await tsusb("list");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toContain("This machine has no USB");
    expect(await tsusb("list", "--json")).toMatchObject({ status: 0, out: "[]\n" });
  });

it("ends with the status that its command gave", async () => {
  expect(await tsusb("nonsense")).toMatchObject({ status: 2 });
  expect(await tsusb("show", "1209:0001", "--backend", "nonsense")).toMatchObject({ status: 1 });
});

it("runs the demo where no libusb can be loaded, says what to do, and ends with 0", async () => {
  const { status, out } = await tsusbWith(NO_LIBRARY, "demo");
  expect(status).toBe(0);
  expect(out).toContain("/nowhere/libusb.so");
  expect(out).toContain("interrupt");
});

it("fails with 1 where list finds no backend", async () => {
  const { status, out, err } = await tsusbWith(NO_LIBRARY, "list");
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain("/nowhere/libusb.so");
  expect(err).not.toMatch(/^ {4}at /m);
});

if (process.platform !== "win32")
  it("takes no harm from a reader that goes away", async () => {
    const ended = await shell('"$0" "$1" --backend virtual show 1:1 --json | :; echo "$PIPESTATUS"');
    expect(ended).toEqual({ status: 0, out: "0\n", err: "" });
  });
