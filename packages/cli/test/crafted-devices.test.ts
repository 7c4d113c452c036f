import { type DeviceDeclaration, VirtualBackend, VirtualBus, VirtualDevice } from "@tsusb/backend-virtual";
import { registerBackend } from "@tsusb/core/backend";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

let bus: VirtualBus;

// A backend of the tests' own, chosen by its name, with whatever devices a test plugs in.
registerBackend({ name: "crafted", apiVersion: 1, getBackend: async () => new VirtualBackend(bus) });

beforeEach(() => {
  bus = new VirtualBus();
});

afterEach(() => {
  bus.reset();
});

function plug(declaration: Partial<DeviceDeclaration>): void {
  bus.plug(new VirtualDevice({ idVendor: 0x1209, idProduct: 0x0001, endpoints: [], ...declaration }));
}

const crafted = (...words: string[]) => runCli(["--backend", "crafted", ...words]);

it("lists nothing as an empty array, and says so on stderr", async () => {
  const { status, out, err } = await crafted("list", "--json");
  expect({ status, out }).toEqual({ status: 0, out: "[]\n" });
  expect(err).not.toBe("");
});

it("says that a backend has no devices, with status 0", async () => {
  const { status, out, err } = await crafted("list");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toContain("backend virtual");
});

it("writes as escapes what a device's strings would do to the terminal", async () => {
  plug({ manufacturer: "\x1b[2Jevil", product: "\x9b31m\u202egnp.exe\r\n\u2028" });
  const { out } = await crafted("list");
  expect(out).toContain("\\x1b[2Jevil \\x9b31m\\u{202e}gnp.exe");
  const shown = await crafted("show", "1:1");
  expect(shown.out).toContain("\\x1b[2Jevil");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  for (const text of [out, shown.out]) expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]/);
});

it("keeps the data of such strings in JSON, and the terminal safe", async () => {
  const product = "\x1b[2J\x9b31m\u202e😀\u{e0041}";
  plug({ product });
  const { out } = await crafted("list", "--json");
  expect(JSON.parse(out)).toMatchObject([{ product }]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u{e0041}]/u);
});

it("names the devices that share an id, and asks for one of them", async () => {
  plug({ product: "first" });
  plug({ product: "second" });
  const { status, out, err } = await crafted("show", "1209:0001");
  expect({ status, out }).toEqual({ status: 1, out: "" });
  for (const text of ["1:1", "1:2", "first", "second", "tsusb show 1:1"]) expect(err).toContain(text);
  expect(await crafted("show", "1:2")).toMatchObject({ status: 0, out: expect.stringContaining("second") });
});

it("takes four digits on each side for ids, also where they could be a place", async () => {
  plug({ idVendor: 0x0001, idProduct: 0x0001, product: "by id" });
  plug({ idVendor: 0x0001, idProduct: 0x0002, product: "by place" });
  expect((await crafted("show", "0001:0002")).out).toContain("by place");
  expect((await crafted("show", "001:001")).out).toContain("by id");
});
