import { expect, it } from "vitest";
import { BusClient } from "../../../testbed/bus/client.js";
import { byPlace, type LsusbLine, lsusb } from "./lsusb.js";
import { shell, tsusb } from "./tsusb.js";

it("lists what lsusb lists, with libusb as it is", async () => {
  const { status, out, err } = await tsusb("list", "--json");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  const listed = JSON.parse(out).map(pick);
  expect(byPlace(listed)).toEqual(lsusb());
  expect(listed.length).toBeGreaterThan(2);
});

it("lists strings and speeds without opening a device", async () => {
  const { out } = await tsusb("list");
  expect(out).toMatch(/^1:2 +1-1 +1209:0001 +480M +tsusb Played Device$/m);
  expect(out).toMatch(/^1:3 +1-2 +1209:0002 +1\.5M +tsusb Played Keyboard$/m);
});

it("shows a device by ids, place and ports alike", async () => {
  const [byIds, byAddress, byPorts] = [
    await tsusb("show", "1209:0001"),
    await tsusb("show", "1:2"),
    await tsusb("show", "1-1"),
  ];
  expect(byIds).toMatchObject({ status: 0, err: "", out: expect.stringContaining("PLAYED-0001") });
  expect([byAddress, byPorts]).toEqual([byIds, byIds]);
});

it("keeps class-specific descriptors in JSON", async () => {
  const { out } = await tsusb("show", "1209:0002", "--json");
  const [keyboard] = JSON.parse(out);
  expect(keyboard.configurations[0].interfaces[0]).toMatchObject({
    bInterfaceClass: 3,
    extraDescriptors: [{ bDescriptorType: 0x21, bytes: "092111010001223f00" }],
  });
});

it("names the node, its owner and the udev rule where a device may not be opened, and shows the rest", async () => {
  await using bus = await BusClient.connect();
  const asStranger = 'setpriv --bounding-set=-dac_override,-dac_read_search "$0" "$1" show 1209:0001';
  try {
    await bus.setNode("zero", 0o600, 12_345, 12_345);
    const { status, out, err } = await shell(asStranger);
    expect(status).toBe(0);
    expect(out).toContain("ENDPOINT 0x81");
    for (const text of ["/dev/bus/usb/001/002", "12345:12345", "0600", 'ATTR{idVendor}=="1209"'])
      expect(err).toContain(text);
    expect(err).not.toMatch(/^ {4}at /m);
  } finally {
    await bus.setNode("zero", 0o666, 0, 0);
  }
});

it("lists no device that was unplugged", async () => {
  await using bus = await BusClient.connect();
  await bus.unplug("keyboard");
  try {
    expect(JSON.parse((await tsusb("list", "--json")).out).map(pick)).not.toContainEqual(
      expect.objectContaining({ idVendor: 0x1209, idProduct: 0x0002 }),
    );
  } finally {
    await bus.replug("keyboard");
  }
});

function pick({ bus, address, idVendor, idProduct }: LsusbLine): LsusbLine {
  return { bus, address, idVendor, idProduct };
}
