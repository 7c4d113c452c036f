import { describe, expect, it } from "vitest";
import { type DeviceDeclaration, VirtualDevice } from "../src/index.js";
import { plug } from "./plug.js";

const IDS = { idVendor: 0x1209, idProduct: 0x0003 };
const build = (declaration: Partial<DeviceDeclaration>) => new VirtualDevice({ ...IDS, ...declaration });
const configuration = (declaration: Partial<DeviceDeclaration>) => [
  ...(build(declaration).descriptors.configurations[0] ?? []),
];

describe("the descriptors of a declaration", () => {
  it("hold every field of an isochronous endpoint", () => {
    const endpoints = [
      {
        bEndpointAddress: 0x81,
        type: "isochronous",
        wMaxPacketSize: 1024,
        transactions: 3,
        bInterval: 4,
        synch: "asynchronous",
        usage: "implicit",
      } as const,
      {
        bEndpointAddress: 0x02,
        type: "isochronous",
        wMaxPacketSize: 192,
        synch: "adaptive",
        audio: { bRefresh: 2, bSynchAddress: 0x83 },
        extraDescriptors: [Uint8Array.of(7, 0x25, 1, 0, 0, 0, 0)],
      } as const,
    ];
    expect(configuration({ endpoints }).slice(18)).toEqual([
      ...[7, 5, 0x81, 0x25, 0x00, 0x14, 4],
      ...[9, 5, 0x02, 0x09, 192, 0, 1, 2, 0x83],
      ...[7, 0x25, 1, 0, 0, 0, 0],
    ]);
  });

  it("hold SuperSpeed companions as they are declared, or as the endpoint's packets come to", () => {
    const endpoints = [
      { bEndpointAddress: 0x81, companion: { bMaxBurst: 15, bmAttributes: 4 } },
      {
        bEndpointAddress: 0x82,
        type: "isochronous",
        wMaxPacketSize: 1024,
        companion: { bMaxBurst: 1, bmAttributes: 2 },
      } as const,
      { bEndpointAddress: 0x83, extraDescriptors: [Uint8Array.of(6, 0x30, 3, 0, 0, 0)] },
    ];
    expect(configuration({ speed: "super", endpoints }).slice(18)).toEqual([
      ...[7, 5, 0x81, 2, 0x00, 0x04, 0, 6, 0x30, 15, 4, 0, 0],
      ...[7, 5, 0x82, 1, 0x00, 0x04, 1, 6, 0x30, 1, 2, 0x00, 0x18],
      ...[7, 5, 0x83, 2, 0x00, 0x04, 0, 6, 0x30, 3, 0, 0, 0],
    ]);
  });

  it("have interface associations before their first interface", () => {
    const bytes = configuration({
      configurations: [
        {
          associations: [{ bFirstInterface: 1, bInterfaceCount: 2, bFunctionClass: 2, name: "Modem" }],
          interfaces: [{ alternates: [{}] }, { alternates: [{}] }, { alternates: [{}] }],
        },
      ],
    });
    expect(bytes.slice(18, 35)).toEqual([8, 11, 1, 2, 2, 0, 0, 1, 9, 4, 1, 0, 0, 0xff, 0, 0, 0]);
  });

  it("have strings in several languages, and further ones at the indexes that class descriptors name", async () => {
    const { device } = await plug(
      build({
        manufacturer: { 1031: "Werk", 1033: "Works" },
        product: "Same Everywhere",
        strings: { 7: "02005E1000CC", 1: { 1031: "eins" } },
      }),
    );
    expect(await device.getLangids()).toEqual([0x0407, 0x0409]);
    expect(device.iManufacturer).toBe(2);
    expect(await device.getString(2, 0x0407)).toBe("Werk");
    expect(await device.getString(2, 0x0409)).toBe("Works");
    expect(await device.getString(3, 0x0409)).toBe("Same Everywhere");
    expect(await device.getString(7)).toBe("02005E1000CC");
    expect(device.manufacturer).toBe("Werk");
    await expect(device.getString(1, 0x0409)).rejects.toMatchObject({ code: "EPIPE" });
    await expect(device.getString(2, 0x0411)).rejects.toMatchObject({ code: "EPIPE" });
  });

  it("can be replaced by bytes that lie, and the device is found all the same", async () => {
    const virtual = build({
      endpoints: [{ bEndpointAddress: 0x81 }],
      overrides: {
        configurations: [Uint8Array.of(9, 2, 200, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 9, 0xff)],
        strings: { 0: Uint8Array.of(3, 3, 9) },
      },
    });
    const { device } = await plug(virtual);
    expect(device.warnings.length).toBeGreaterThan(0);
    expect(device.idVendor).toBe(0x1209);
    expect([...(await device.ctrlTransfer(0x80, 6, 0x0300, 0, 255))]).toEqual([3, 3, 9]);
  });
});

const endpoint = (fields: object) => ({ endpoints: [{ bEndpointAddress: 0x81, ...fields }] });
const alternate = (fields: object) => ({ configurations: [{ interfaces: [{ alternates: [fields] }] }] });

describe("a declaration that no device could have", () => {
  it.each([
    [endpoint({ wMaxPacketSize: 1025 }), RangeError, /wMaxPacketSize of endpoint 0x81 is 1025; .* 1 to 1024/],
    [endpoint({ type: "isochronous", bInterval: 17 }), RangeError, /bInterval of endpoint 0x81 is 17/],
    [endpoint({ synch: "adaptive" }), TypeError, /is bulk and has synch; only isochronous has/],
    [endpoint({ type: "isochronous", synch: "never" }), RangeError, /synch of endpoint 0x81 is never/],
    [endpoint({ transactions: 2 }), RangeError, /2 transactions a microframe; only high-speed/],
    [endpoint({ type: "isochronous", latency: 5 }), TypeError, /is isochronous and has latency/],
    [endpoint({ latency: -1 }), RangeError, /latency of endpoint 0x81 is -1/],
    [endpoint({ faults: { seed: 1, rate: 2 } }), RangeError, /faults.rate of endpoint 0x81 is 2; .* 0 to 1/],
    [endpoint({ faults: { seed: 1, rate: 1, kinds: ["fire"] } }), RangeError, /has fire; there are stall/],
    [endpoint({ provide: () => undefined, messages: [] }), TypeError, /has provide and messages; give one/],
    [endpoint({ echo: true }), TypeError, /is IN and has echo, which is for OUT/],
    [endpoint({ wMaxPaketSize: 8 }), TypeError, /endpoint 0x81 has no field "wMaxPaketSize"; there are/],
    [endpoint({ extraDescriptors: [[2, 3]] }), TypeError, /extraDescriptors of endpoint 0x81 holds object/],
    [{ endpoints: [{ bEndpointAddress: 1, echo: true }] }, RangeError, /declare the IN endpoint 0x81/],
    [{ echo: true, endpoints: [] }, TypeError, /either endpoints or echo, not both/],
    [{ speed: "warp" }, RangeError, /speed is warp; it can be low, full, high, super/],
    [{ bmAttributes: 1 }, TypeError, /a device has no field "bmAttributes"/],
    [{ product: "x".repeat(127) }, RangeError, /product has 127 UTF-16 units; .* 126 at most/],
    [{ strings: { 256: "x" } }, RangeError, /index of a string is 256; it can be 1 to 255/],
    [{ unplugAfter: -1 }, RangeError, /unplugAfter is -1/],
    [{ control: [{ bmRequestType: 0x80, bRequest: 6 }] }, RangeError, /a standard request/],
    [{ control: [{ bmRequestType: 0xc0, bRequest: 300 }] }, RangeError, /bRequest .* is 300/],
    [{ overrides: { device: "abc" } }, TypeError, /overrides holds string/],
    [alternate({ bInterfaceClass: 256 }), RangeError, /bInterfaceClass of interface 0 is 256/],
    [alternate({ name: "x".repeat(200) }), RangeError, /name of interface 0 has 200/],
    [
      { configurations: [{ interfaces: [], associations: [{ bFirstInterface: 0, bInterfaceCount: 1 }] }] },
      RangeError,
      /covers interface 0, which there is not/,
    ],
    [alternate({ extraDescriptors: [new Uint8Array(0x10000)] }), RangeError, /wTotalLength holds 65535/],
  ])("is refused with the field, the value and the remedy: %j", (declaration, error, message) => {
    expect(() => build(declaration as Partial<DeviceDeclaration>)).toThrow(error);
    expect(() => build(declaration as Partial<DeviceDeclaration>)).toThrow(message);
  });
});
