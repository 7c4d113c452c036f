import { echoTo, silent, sink, source } from "../behaviour/logic.js";
import type { ControlHandler } from "../declaration/control.js";
import type { DeviceDeclaration } from "../declaration/declaration.js";
import { VirtualDevice } from "../device.js";

/** Largest data stage that gadget zero stores. Source: Linux drivers/usb/gadget/composite.c, USB_COMP_EP0_BUFSIZ. */
const STORE_SIZE = 4096;

/** Every interrupt endpoint: a packet of 64 bytes each millisecond (2³ microframes). */
const INTERRUPT = { type: "interrupt", wMaxPacketSize: 64, bInterval: 4 } as const;

/** What {@link gadgetZero} lets one change: everything but its configurations and its control requests. */
export type GadgetZeroOptions = Partial<
  Omit<DeviceDeclaration, "configurations" | "endpoints" | "control" | "speed" | "initialConfiguration">
>;

/**
 * A high-speed device in the likeness of the Linux kernel's gadget zero, with an interrupt pair besides.
 *
 * - Configuration 1: interface 0 bulk loopback (OUT 0x01 comes back on IN 0x81); interface 1 alternate setting 0 empty,
 *   1 interrupt loopback (OUT 0x03, IN 0x83); interface 2 bulk source of zeros 0x84, bulk sink 0x04, and IN endpoints that
 *   never answer: 0x85 bulk, 0x86 interrupt. Configuration 2: interface 0 source and sink.
 * - Vendor requests to the device: OUT 0x5b stores up to 4096 bytes, IN 0x5c reads them back, both with `wValue` and
 *   `wIndex` 0. Anything else is refused. Source: Linux drivers/usb/gadget/function/f_sourcesink.c.
 */
export function gadgetZero(options: GadgetZeroOptions = {}): VirtualDevice {
  const bulkLoopback = [{ bEndpointAddress: 0x81 }, { bEndpointAddress: 0x01, ...echoTo(0x81) }];
  const interruptLoopback = [
    { ...INTERRUPT, bEndpointAddress: 0x83 },
    { ...INTERRUPT, bEndpointAddress: 0x03, ...echoTo(0x83) },
  ];
  const endless = [
    { bEndpointAddress: 0x84, ...source() },
    { bEndpointAddress: 0x04, ...sink() },
  ];
  const silence = [
    { bEndpointAddress: 0x85, ...silent() },
    { ...INTERRUPT, bEndpointAddress: 0x86, ...silent() },
  ];
  return new VirtualDevice({
    idVendor: 0x1209,
    idProduct: 0x0001,
    bDeviceClass: 0xff,
    manufacturer: "tsusb",
    product: "Virtual Zero",
    serialNumber: "V0001",
    ...options,
    speed: "high",
    control: storeAndReadBack(),
    configurations: [
      {
        name: "everything",
        bmAttributes: 0xc0,
        interfaces: [
          { alternates: [{ name: "bulk loopback", endpoints: bulkLoopback }] },
          { alternates: [{}, { name: "interrupt loopback", endpoints: interruptLoopback }] },
          { alternates: [{ name: "source, sink and silence", endpoints: [...endless, ...silence] }] },
        ],
      },
      {
        name: "source and sink",
        bMaxPower: 100,
        interfaces: [{ alternates: [{ name: "source and sink", endpoints: endless }] }],
      },
    ],
  });
}

function storeAndReadBack(): ControlHandler {
  const store = new Uint8Array(STORE_SIZE);
  return ({ bmRequestType, bRequest, wValue, wIndex, wLength }, data) => {
    if (wValue !== 0 || wIndex !== 0 || wLength > STORE_SIZE) return "stall";
    if (bmRequestType === 0x40 && bRequest === 0x5b) {
      store.set(data);
      return undefined;
    }
    return bmRequestType === 0xc0 && bRequest === 0x5c ? store.subarray(0, wLength) : "stall";
  };
}
