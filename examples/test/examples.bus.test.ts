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

it("any-backend says the same of descriptors and data, whichever backend", async () => {
  const [libusb1, libusb0] = [
    await onBus("any-backend", { env: { TSUSB_BACKEND: "libusb1" } }),
    await onBus("any-backend", { env: { TSUSB_BACKEND: "libusb0" } }),
  ];
  expect(libusb1).toMatchObject({ status: 0, err: "backend libusb1\n" });
  expect(libusb1.out).toMatch(/^DEVICE ID 1209:0001 on Bus 001 Address 002 =/);
  expect(libusb1.out).toContain("\ncontrol: 64 bytes, equal: true\n");
  expect(libusb1.out).toContain("\nbulk: 1024 bytes out, 1024 bytes in, sha256 ");
  expect(libusb0).toEqual({ status: 0, err: "backend libusb0\n", out: libusb1.out });
});

it("availability tells what each backend that works can do, and of the others why not and what to do", async () => {
  const { status, out, err } = await onBus("availability", {
    env: { TSUSB_LIBUSB0_PATH: "/nowhere/libusb.so" },
  });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  const sections = out.split("\n\n").map((section) => section.split("\n"));
  expect(sections.map(([first = ""]) => first.replace(/, version .*/, ""))).toEqual([
    "libusb1: works",
    "libusb0: does not work",
    "openusb: does not work",
    "virtual: works",
  ]);
  const [libusb1 = [], libusb0 = []] = sections;
  expect(libusb1[1]).toMatch(/^ {4}\/.*libusb-1\.0/);
  expect(libusb1[2]).toBe("    3 devices");
  expect(libusb1[3]).toContain("cancel (one)");
  expect(libusb0.join("\n")).toContain("/nowhere/libusb.so");
  expect(libusb0.join("\n")).toContain("unset TSUSB_LIBUSB0_PATH");
});

it("availability gives programs the same as data, and its exit status", async () => {
  const words = ["--json", "libusb1", "openusb"];
  const { status, out } = await onBus("availability", { words });
  expect(status).toBe(1);
  const [libusb1, openusb] = JSON.parse(out);
  expect(libusb1).toMatchObject({ name: "libusb1", works: true, devices: 3, supports: { cancel: "one" } });
  expect(libusb1.libraryPath).toMatch(/^\/.*libusb-1\.0/);
  expect(openusb).toMatchObject({ name: "openusb", works: false, attempts: [{ outcome: "failed" }] });
  expect(openusb.attempts[0].libraries.length).toBeGreaterThan(0);
  expect((await runOnBus("availability", { words: ["libusb1", "virtual"] })).status).toBe(0);
  expect((await runOnBus("availability", { words: ["virtual", "nonsense"] })).status).toBe(1);
});

it("availability fails where find() would find no backend", async () => {
  const nowhere = { TSUSB_LIBUSB1_PATH: "/nowhere/1.so", TSUSB_LIBUSB0_PATH: "/nowhere/0.so" };
  expect((await onBus("availability", { env: nowhere })).status).toBe(1);
});

it("multi-backend sees one device alike through libusb 1.0 and libusb 0.1", async () => {
  const { status, out, err } = await onBus("multi-backend", { words: ["1209:0001"] });
  expect({ status, err }).toEqual({ status: 0, err: "openusb does not work here\n" });
  const rows = new Map(
    out
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(0, 13).trim(), line.slice(13).trim().split(/ {2,}/)]),
  );
  expect(rows.get("")).toEqual(["libusb1", "libusb0"]);
  expect(rows.get("bus")).toEqual(["1", "1"]);
  expect(rows.get("address")).toEqual(["2", "2"]);
  expect(rows.get("ports")).toEqual(["1", "1"]);
  expect(rows.get("product")).toEqual(["Played Device", "Played Device"]);
  expect(rows.get("serial number")).toEqual(["PLAYED-0001", "PLAYED-0001"]);
  expect(rows.get("descriptors")).toEqual(["151 bytes", "151 bytes, equal"]);
});

it("multi-backend gives programs each device once, with what every backend sees of it", async () => {
  const { status, out } = await onBus("multi-backend", { words: ["--json", "1209:0001"] });
  expect(status).toBe(0);
  const devices = JSON.parse(out);
  expect(devices).toHaveLength(1);
  const [one, other] = devices[0];
  expect([one.backend, other.backend]).toEqual(["libusb1", "libusb0"]);
  expect(one.key).not.toBe(other.key);
  expect(one.descriptors).toEqual(other.descriptors);
  expect(one.descriptors[0]).toMatch(/^1201.{12}09120100/);
});

it("multi-backend has an exit status for a device that is not there for all", async () => {
  const absent = await onBus("multi-backend", { words: ["dead:beef"] });
  expect(absent).toMatchObject({ status: 1, out: "not found through libusb1, libusb0\n" });
  const words = ["--backend", "libusb1", "--backend", "virtual", "1209:0002"];
  const here = await onBus("multi-backend", { words });
  expect(here.status).toBe(1);
  expect(here.out).toContain("Played Keyboard");
  expect(here.out).not.toContain("virtual");
});

it("enumeration-benchmark measures every backend that works, cold and warm", async () => {
  const { status, out, err } = await onBus("enumeration-benchmark", { words: ["--rounds", "2"] });
  expect({ status, err }).toEqual({ status: 0, err: "openusb does not work here\n" });
  const [heading = "", ...rows] = out.split("\n\n")[0]?.split("\n") ?? [];
  expect(heading.split(/ +/)).toEqual([
    "milliseconds",
    "devices",
    "cold",
    "lowest",
    "highest",
    "warm",
    "lowest",
    "highest",
  ]);
  expect(rows.map((row) => row.split(" ")[0])).toEqual(["libusb1", "libusb0"]);
  for (const row of rows) {
    const [devices, cold = 0, coldest, hottest, warm = 0] = row.split(/ {2,}/).slice(1).map(Number);
    expect(devices).toBe(3);
    expect(coldest).toBeLessThanOrEqual(cold);
    expect(hottest).toBeGreaterThanOrEqual(cold);
    // What starts a library takes longer than what asks one that runs.
    expect(warm).toBeLessThan(cold);
  }
});

it("enumeration-benchmark gives programs every duration", async () => {
  const words = ["--json", "--rounds", "2", "--backend", "libusb1"];
  const { backends, rounds } = JSON.parse((await onBus("enumeration-benchmark", { words })).out);
  expect(rounds).toBe(2);
  expect(Object.keys(backends)).toEqual(["libusb1"]);
  expect(backends.libusb1).toHaveLength(2);
  for (const run of backends.libusb1) expect(run).toMatchObject({ devices: 3, warm: { length: 20 } });
});

it.each([
  ["availability", "--foo", "--foo"],
  ["multi-backend", "1209", "1209"],
  ["multi-backend", "--backends=libusb1", "--backends"],
  ["enumeration-benchmark", "--rounds=many", "many"],
  ["enumeration-benchmark", "--rounds=0", "0"],
])("%s refuses %s, naming it, and tells with --help what it takes", async (name, word, named) => {
  const refused = await runExample(name, { words: [word] });
  expect(refused).toMatchObject({ status: 64, out: "" });
  expect(refused.err).toContain(named);
  expect(refused.err.split("\n")).toHaveLength(2);
  const help = await runExample(name, { words: ["--help"] });
  expect(help).toMatchObject({ status: 0, err: "" });
  expect(help.out).toMatch(new RegExp(`^usage: node ${name}\\.js `));
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
