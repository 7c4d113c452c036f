import { afterEach, expect, it, vi } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { runCli } from "./run-cli.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("prints its version", async () => {
  expect(await runCli(["--version"])).toEqual({ status: 0, out: `${manifest.version}\n`, err: "" });
});

it.each([["--help"], ["help"], ["-h"]])("prints help with examples for %s", async (word) => {
  const { status, out, err } = await runCli([word]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  for (const text of ["list", "show", "demo", "--backend", "tsusb show 1-2.3", "TSUSB_BACKEND"])
    expect(out).toContain(text);
});

it("names a command that it cannot help with", async () => {
  const { status, out, err } = await runCli(["help", "lsit"]);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toContain("lsit");
  expect(err).not.toContain("Usage:");
});

it("prints the same for `help show` as for `show --help`", async () => {
  expect(await runCli(["help", "show"])).toEqual(await runCli(["show", "--help"]));
});

it("says in the help of show what a device can be called", async () => {
  const { status, out } = await runCli(["show", "--help"]);
  expect(status).toBe(0);
  for (const text of ["VID:PID", "BUS:ADDRESS", "PORTS", "--json", "--backend"]) expect(out).toContain(text);
});

it.each([
  [[]],
  [["lsit"]],
  [["list", "--jsno"]],
  [["list", "surplus"]],
  [["show"]],
  [["show", "1:2", "1:3"]],
  [["--backend"]],
  [["list", "--backend"]],
])("ends with 2 and says on stderr what is wrong with %j", async (words) => {
  const { status, out, err } = await runCli(words);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).not.toBe("");
});

it.each(["", "1209", "1209:", "12:09:1", "0x1209:0x0001", "1-", "1-2.", "-1-2", "1.2", "12345:1", "foo"])(
  "refuses the device %j, naming it and the forms that there are",
  async (text) => {
    const { status, err } = await runCli(["show", "--", text]);
    expect(status).toBe(2);
    expect(err).toContain(`'${text}'`);
    expect(err).toContain("VID:PID");
  },
);

it("ends with 1 for a backend that does not exist, without a stack", async () => {
  const { status, out, err } = await runCli(["list", "--backend", "nonsense"]);
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain('--backend names "nonsense"');
  expect(err).not.toMatch(/^ {4}at /m);
});

it("adds the stack when TSUSB_DEBUG is set", async () => {
  const { err } = await runCli(["list", "--backend", "nonsense"], { env: { TSUSB_DEBUG: "1" } });
  expect(err).toMatch(/^ {4}at /m);
});

it("takes --backend before the command, after it, and the nearer one of two", async () => {
  const before = await runCli(["--backend", "virtual", "list"]);
  const after = await runCli(["list", "--backend", "virtual"]);
  const both = await runCli(["--backend", "nonsense", "list", "--backend", "virtual"]);
  expect(before).toMatchObject({ status: 0, out: expect.stringContaining("1209:0001") });
  expect([after, both]).toEqual([before, before]);
});

it("takes the backend from TSUSB_BACKEND", async () => {
  vi.stubEnv("TSUSB_BACKEND", "virtual");
  expect(await runCli(["list"])).toMatchObject({ status: 0, out: expect.stringContaining("1209:0001") });
});
