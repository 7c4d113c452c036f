import { control, type Device } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import { type DeviceDeclaration, gadgetZero, VirtualDevice } from "../src/index.js";
import { plug } from "./plug.js";

const IDS = { idVendor: 0x1209, idProduct: 0x0003 };
const GET_DESCRIPTOR = 6;

async function plugged(declaration: Partial<DeviceDeclaration> = {}): Promise<Device> {
  return (await plug(new VirtualDevice({ ...IDS, ...declaration }))).device;
}

const refused = (transfer: Promise<unknown>) => expect(transfer).rejects.toMatchObject({ code: "EPIPE" });
const bytes = async (transfer: Promise<Uint8Array>) => [...(await transfer)];

describe("standard requests", () => {
  it("cut descriptors to wLength and never give more than there is", async () => {
    const device = await plugged();
    expect(await device.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0100, 0, 8)).toHaveLength(8);
    expect(await device.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0100, 0, 255)).toHaveLength(18);
    expect(await device.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0200, 0, 9)).toHaveLength(9);
    await refused(device.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0201, 0, 9));
    await refused(device.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0f00, 0, 5));
  });

  it("that only the system sends, or nobody, are refused", async () => {
    const device = await plugged();
    await refused(device.ctrlTransfer(0x00, 5, 9));
    await refused(device.ctrlTransfer(0x00, 7, 0x0100, 0, new Uint8Array(18)));
    await refused(device.ctrlTransfer(0x00, 3, 2, 0x0100));
    await refused(device.ctrlTransfer(0x80, 2, 0, 0, 2));
    await refused(device.ctrlTransfer(0x80, 0x7f, 0, 0, 2));
  });

  it("to the wrong recipient are refused", async () => {
    const device = await plugged();
    await refused(device.ctrlTransfer(0x81, 8, 0, 0, 1));
    await refused(device.ctrlTransfer(0x80, 10, 0, 0, 1));
    await refused(device.ctrlTransfer(0x82, GET_DESCRIPTOR, 0x0100, 0, 18));
    await refused(device.ctrlTransfer(0x83, 0, 0, 0, 2));
    await refused(device.ctrlTransfer(0x82, 0, 0, 0x81, 2));
  });

  it("know no interface and no endpoint while the device is not configured", async () => {
    const device = await plugged({ initialConfiguration: 0, endpoints: [{ bEndpointAddress: 0x81 }] });
    expect(await bytes(device.ctrlTransfer(0x80, 8, 0, 0, 1))).toEqual([0]);
    await refused(device.ctrlTransfer(0x81, 10, 0, 0, 1));
    await refused(device.ctrlTransfer(0x82, 0, 0, 0x81, 2));
    expect(await bytes(device.ctrlTransfer(0x82, 0, 0, 0, 2))).toEqual([0, 0]);
    await refused(device.ctrlTransfer(0x00, 9, 7));
    await device.ctrlTransfer(0x00, 9, 1);
    expect(await bytes(device.ctrlTransfer(0x80, 8, 0, 0, 1))).toEqual([1]);
    expect(await bytes(device.ctrlTransfer(0x82, 0, 0, 0x81, 2))).toEqual([0, 0]);
  });

  it("SET_CONFIGURATION ends halts and selects alternate setting 0 everywhere", async () => {
    const { device } = await plug(gadgetZero());
    await device.ctrlTransfer(0x01, 11, 1, 1);
    await device.ctrlTransfer(0x02, 3, 0, 0x81);
    expect(await bytes(device.ctrlTransfer(0x82, 0, 0, 0x81, 2))).toEqual([1, 0]);
    await device.ctrlTransfer(0x00, 9, 1);
    expect(await bytes(device.ctrlTransfer(0x82, 0, 0, 0x81, 2))).toEqual([0, 0]);
    expect(await bytes(device.ctrlTransfer(0x81, 10, 0, 1, 1))).toEqual([0]);
  });

  it("SET_INTERFACE ends the halts of that interface's endpoints", async () => {
    const { device } = await plug(gadgetZero());
    await device.ctrlTransfer(0x02, 3, 0, 0x81);
    await device.ctrlTransfer(0x02, 3, 0, 0x04);
    await device.ctrlTransfer(0x01, 11, 0, 0);
    expect(await bytes(device.ctrlTransfer(0x82, 0, 0, 0x81, 2))).toEqual([0, 0]);
    expect(await bytes(device.ctrlTransfer(0x82, 0, 0, 0x04, 2))).toEqual([1, 0]);
    await refused(device.ctrlTransfer(0x01, 11, 5, 0));
    await refused(device.ctrlTransfer(0x01, 11, 0, 9));
  });

  it("set remote wakeup only where the configuration has it, and tell it in the status", async () => {
    const configurations = [{ bmAttributes: 0xe0, interfaces: [] }];
    const able = await plugged({ configurations });
    expect(await control.getStatus(able)).toBe(1);
    await able.ctrlTransfer(0x00, 3, 1);
    expect(await control.getStatus(able)).toBe(3);
    await able.ctrlTransfer(0x00, 1, 1);
    expect(await control.getStatus(able)).toBe(1);
    await refused((await plugged()).ctrlTransfer(0x00, 3, 1));
  });

  it("SYNCH_FRAME gives a frame number for isochronous endpoints alone, which cannot halt", async () => {
    const device = await plugged({
      speed: "full",
      endpoints: [{ bEndpointAddress: 0x81, type: "isochronous" }, { bEndpointAddress: 0x82 }],
    });
    const [low = 0, high = 0] = await bytes(device.ctrlTransfer(0x82, 12, 0, 0x81, 2));
    expect(low | (high << 8)).toBeLessThan(0x800);
    await refused(device.ctrlTransfer(0x82, 12, 0, 0x82, 2));
    await refused(device.ctrlTransfer(0x02, 3, 0, 0x81));
    await device.ctrlTransfer(0x02, 1, 0, 0x81);
  });

  it("give the device qualifier and the other speed's configuration at high speed, and refuse both at others", async () => {
    const endpoints = [
      { bEndpointAddress: 0x81 },
      { bEndpointAddress: 0x82, type: "interrupt", wMaxPacketSize: 512, bInterval: 4 } as const,
    ];
    const high = await plugged({ endpoints, product: "Two Speeds", bDeviceClass: 0xff });
    const qualifier = await bytes(high.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0600, 0, 255));
    expect(qualifier).toEqual([10, 6, 0x00, 0x02, 0xff, 0, 0, 64, 1, 0]);
    const other = await bytes(high.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0700, 0, 255));
    expect(other.slice(0, 4)).toEqual([9, 7, 32, 0]);
    expect(other.slice(18)).toEqual([7, 5, 0x81, 2, 64, 0, 0, 7, 5, 0x82, 3, 64, 0, 1]);
    for (const speed of ["full", "super"] as const) {
      const device = await plugged({ speed });
      await refused(device.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0600, 0, 10));
      await refused(device.ctrlTransfer(0x80, GET_DESCRIPTOR, 0x0700, 0, 9));
    }
  });

  it("of SuperSpeed are answered at SuperSpeed and refused below", async () => {
    const device = await plugged({ speed: "super" });
    await device.ctrlTransfer(0x00, 0x30, 0, 0, new Uint8Array(6));
    await device.ctrlTransfer(0x00, 0x31, 40);
    await device.ctrlTransfer(0x00, 3, 48);
    expect(await control.getStatus(device)).toBe(4);
    await device.ctrlTransfer(0x01, 3, 0, 0);
    const below = await plugged();
    await refused(below.ctrlTransfer(0x00, 0x30, 0, 0, new Uint8Array(6)));
    await refused(below.ctrlTransfer(0x00, 3, 48));
    await refused(below.ctrlTransfer(0x01, 3, 0, 0));
  });

  it("are answered by the device's own code first, if it wants to lie", async () => {
    const device = await plugged({
      standard: ({ bRequest }) => (bRequest === 0 ? Uint8Array.of(0xff, 0xff) : "default"),
    });
    expect(await control.getStatus(device)).toBe(0xffff);
    expect(await control.getConfiguration(device)).toBe(1);
  });
});
