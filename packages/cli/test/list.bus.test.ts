import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { placeOf } from "../src/device-query.js";
import { byPlace, type LsusbLine, lsusb } from "./lsusb.js";
import { shell, tsusb } from "./tsusb.js";

/** A device of this file's own: others on the bus belong to tests that run at the same time. */
const KEYPAD = {
  id: "keypad",
  port: "7",
  speed: "low",
  manufacturer: "tsusb",
  product: "Played Keypad",
  serialNumber: "KEYPAD-1",
  device: { idVendor: "0x1209", idProduct: "0xc11a", bMaxPacketSize0: 8 },
  configurations: [
    {
      bConfigurationValue: 1,
      interfaces: [
        {
          bInterfaceNumber: 0,
          bInterfaceClass: 3,
          extra: "09 21 1101 00 01 22 3f00",
          endpoints: [
            { bEndpointAddress: "0x81", bmAttributes: "interrupt", wMaxPacketSize: 8, bInterval: 10 },
          ],
        },
      ],
    },
  ],
};

let bus: BusClient;
let place: string;

beforeAll(async () => {
  bus = await BusClient.connect();
  await bus.plug(KEYPAD);
  place = placeOf(await bus.inspect("keypad"));
});

afterAll(async () => {
  await bus.unplug("keypad");
  bus.close();
});

it("lists what lsusb lists, with libusb as it is", async () => {
  // What others plug between the two questions is no difference: it is gone, or there for both, the next time.
  await vi.waitFor(
    async () => {
      const { status, out, err } = await tsusb("list", "--json");
      expect({ status, err }).toEqual({ status: 0, err: "" });
      const listed: LsusbLine[] = JSON.parse(out);
      expect(byPlace(listed.map(pick))).toEqual(lsusb());
      expect(listed).toContainEqual(expect.objectContaining({ idProduct: 0xc11a, product: "Played Keypad" }));
    },
    { timeout: 15_000 },
  );
});

it("lists strings and speeds", async () => {
  const { out } = await tsusb("list");
  expect(out).toMatch(new RegExp(`^${place} +1-7 +1209:c11a +1\\.5M +tsusb Played Keypad$`, "m"));
});

it("lists without opening a device", async () => {
  const before = await bus.inspect("keypad");
  await tsusb("list", "--json");
  expect((await bus.inspect("keypad")).opens).toBe(before.opens);
});

it("shows a device by ids, place and ports alike", async () => {
  const byIds = await tsusb("show", "1209:c11a");
  expect(byIds).toMatchObject({ status: 0, err: "", out: expect.stringContaining("KEYPAD-1") });
  for (const text of [place, "1-7"]) expect(await tsusb("show", text)).toEqual(byIds);
});

it("keeps class-specific descriptors in JSON", async () => {
  const [keypad] = JSON.parse((await tsusb("show", "1209:c11a", "--json")).out);
  expect(keypad.configurations[0].interfaces[0]).toMatchObject({
    bInterfaceClass: 3,
    extraDescriptors: [{ bDescriptorType: 0x21, bytes: "092111010001223f00" }],
  });
});

it("names the node, its owner and the udev rule where a device may not be opened, and shows the rest", async () => {
  const asStranger = 'setpriv --bounding-set=-dac_override,-dac_read_search "$0" "$1" show 1209:c11a';
  await bus.setNode("keypad", 0o600, 12_345, 12_345);
  const { status, out, err } = await shell(asStranger);
  await bus.setNode("keypad", 0o666);
  expect(status).toBe(0);
  expect(out).toContain("ENDPOINT 0x81");
  for (const text of ["/dev/bus/usb/001/", "12345:12345", "0600", 'ATTR{idVendor}=="1209"'])
    expect(err).toContain(text);
  expect(err).not.toMatch(/^ {4}at /m);
});

it("lists no device that was unplugged, and says that it is not there", async () => {
  await bus.unplug("keypad");
  expect((await tsusb("list")).out).not.toContain("1209:c11a");
  expect(await tsusb("show", "1209:c11a")).toMatchObject({ status: 1, out: "" });
  await bus.replug("keypad");
  place = placeOf(await bus.inspect("keypad"));
  expect((await tsusb("show", place)).out).toContain("KEYPAD-1");
});

function pick({ bus: number, address, idVendor, idProduct }: LsusbLine): LsusbLine {
  return { bus: number, address, idVendor, idProduct };
}
