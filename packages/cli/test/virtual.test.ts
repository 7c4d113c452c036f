import { expect, it } from "vitest";
import { runCli } from "./run-cli.js";

const VIRTUAL = ["--backend", "virtual"];

it("lists a device with what finds it again, its speed and its strings", async () => {
  const { status, out, err } = await runCli([...VIRTUAL, "list"]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toBe(
    ["DEVICE  PORTS  ID         SPEED  NAME", "1:1     1-1    1209:0001   480M  tsusb Virtual Zero", ""].join(
      "\n",
    ),
  );
});

it("cuts lines to the terminal and nothing without one", async () => {
  const { out } = await runCli([...VIRTUAL, "list"], { columns: 44 });
  expect(out.split("\n")[1]).toBe("1:1     1-1    1209:0001   480M  tsusb Virt…");
});

it("lists as JSON under the API's names, numbers as numbers", async () => {
  const { status, out, err } = await runCli([...VIRTUAL, "list", "--json"]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(JSON.parse(out)).toEqual([
    {
      bus: 1,
      address: 1,
      portNumbers: [1],
      speed: 3,
      idVendor: 0x1209,
      idProduct: 0x0001,
      manufacturer: "tsusb",
      product: "Virtual Zero",
      serialNumber: "V0001",
      bcdUSB: 0x0200,
      bcdDevice: 0x0100,
      bDeviceClass: 0xff,
      bDeviceSubClass: 0,
      bDeviceProtocol: 0,
      bMaxPacketSize0: 64,
      iManufacturer: expect.any(Number),
      iProduct: expect.any(Number),
      iSerialNumber: expect.any(Number),
      bNumConfigurations: 2,
    },
  ]);
});

it.each(["1209:0001", "1:1", "001:001", "1-1"])("shows the device %s whole", async (text) => {
  const { status, out, err } = await runCli([...VIRTUAL, "show", text]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toMatch(/^DEVICE ID 1209:0001 on Bus 001 Address 001 =+\n/);
  expect(out).toContain("Virtual Zero");
  expect(out.match(/ENDPOINT 0x/g)).toHaveLength(10);
});

it("shows as JSON the tree of configurations, interfaces and endpoints", async () => {
  const { status, out } = await runCli([...VIRTUAL, "show", "1209:0001", "--json"]);
  expect(status).toBe(0);
  const shown = JSON.parse(out);
  expect(shown).toMatchObject([{ idVendor: 0x1209, product: "Virtual Zero", warnings: [] }]);
  const [first, second] = shown[0].configurations;
  expect(second).toMatchObject({ bConfigurationValue: 2 });
  expect(first).toMatchObject({ bConfigurationValue: 1, bNumInterfaces: 3, interfaceAssociations: [] });
  expect(first.interfaces[2]).toMatchObject({ bInterfaceNumber: 1, bAlternateSetting: 1, bNumEndpoints: 2 });
  expect(first.interfaces[2].endpoints[0]).toEqual({
    bEndpointAddress: 0x83,
    direction: "in",
    type: "interrupt",
    bmAttributes: 3,
    wMaxPacketSize: 64,
    bInterval: expect.any(Number),
    bRefresh: 0,
    bSynchAddress: 0,
    ssCompanion: null,
    extraDescriptors: [],
  });
});

it.each(["1209:ffff", "1:99", "1-9.9", "1-0"])("ends with 1 if no device is %s, naming it", async (text) => {
  const { status, out, err } = await runCli([...VIRTUAL, "show", text]);
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain(text);
});

it("can be run twice in one process: the backend was closed", async () => {
  const first = await runCli([...VIRTUAL, "list"]);
  expect(await runCli([...VIRTUAL, "list"])).toEqual(first);
});
