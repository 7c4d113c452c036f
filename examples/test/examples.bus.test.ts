import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { runExample, runOnBus } from "./run-example.js";

const ran = new Set<string>();

function onBus(name: string, options?: Parameters<typeof runOnBus>[1]): ReturnType<typeof runOnBus> {
  ran.add(name);
  return runOnBus(name, options);
}

it("automatic-selection finds the device and gets back what it sent", async () => {
  expect(await onBus("automatic-selection")).toEqual({
    status: 0,
    out: "Played Device by backend libusb1\n1024 bytes out, 1024 bytes in, equal: true\n",
    err: "",
  });
});

it("explicit-selection uses the library that findLibrary names, and lists", async () => {
  const library = await libraryPath();
  const { status, out, err } = await onBus("explicit-selection", { env: { MY_LIBUSB: library } });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toMatch(/^libusb1 1\.0\.\d+\S* from \//);
  expect(out).toContain("bus 1 address 2: 1209:0001 Played Device\n");
});

it("explicit-selection says why a library that findLibrary names does not do", async () => {
  const { status, out, err } = await onBus("explicit-selection", {
    env: { MY_LIBUSB: "/nowhere/libusb.so" },
  });
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain("/nowhere/libusb.so");
});

it("error-codes shows the codes of a timeout and of a stall, and libusb's own", async () => {
  const lines = [
    "ETIMEDOUT, libusb's -7",
    "is it LIBUSB_ERROR_TIMEOUT? true",
    "EPIPE, libusb's -9",
    "is it LIBUSB_ERROR_PIPE? true",
    'transfer() resolves with "stall"',
    "",
  ];
  expect(await onBus("error-codes")).toEqual({ status: 0, out: lines.join("\n"), err: "" });
});

it("environment chooses the backend and makes libusb talk, by variables set in the program", async () => {
  const { status, out, err } = await onBus("environment", {
    env: { TSUSB_BACKEND: "nonsense", LIBUSB_DEBUG: "0" },
  });
  expect(status).toBe(0);
  expect(out).toMatch(/^libusb1 from \/.*\n3 devices\n$/);
  expect(err).toContain("libusb");
});

it("hid-keyboard reads the reports of the keys that were pressed", async () => {
  const { status, out, err } = await onBus("hid-keyboard", { devices: "./devices.json" });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out.split("\n").slice(1)).toEqual([
    "modifiers 0x2, keys 0x4",
    "modifiers 0x0, keys none",
    "no more keys",
    "",
  ]);
});

it("storage-inquiry names the disk", async () => {
  expect(await onBus("storage-inquiry", { devices: "./devices.json" })).toEqual({
    status: 0,
    out: 'vendor "TSUSB", product "Played Disk", revision "1.0"\n',
    err: "",
  });
});

it("virtual-device tests a program without hardware", async () => {
  ran.add("virtual-device");
  expect(await runExample("virtual-device")).toEqual({
    status: 0,
    out: "switched on: true\nswitched off: true\n",
    err: "",
  });
});

it("the front page's lines run as they stand", async () => {
  const page = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const [, program] = /```ts\n(.*?)```/s.exec(page) ?? [];
  if (program === undefined) throw new Error("README.md has no program");
  writeFileSync(new URL("../dist/front-page.js", import.meta.url), program);
  const { status, out, err } = await runOnBus("front-page");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toContain("Uint8Array(5) [ 104, 101, 108, 108, 111 ]");
});

it("leaves no example out", () => {
  const all = readdirSync(new URL("../src", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));
  expect([...ran].sort()).toEqual(all.sort());
});

/** The library that is chosen when nobody names one. */
async function libraryPath(): Promise<string> {
  const { out } = await runOnBus("environment");
  const path = /^libusb1 from (.*)$/m.exec(out)?.[1];
  if (path === undefined) throw new Error(`environment said ${JSON.stringify(out)}`);
  return path;
}
