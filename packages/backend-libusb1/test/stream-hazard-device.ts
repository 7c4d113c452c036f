import { type Device, find, type IBackend } from "@tsusb/core";
import type { BusClient } from "../../../testbed/bus/client.js";

/** What streams and sinks of one type of endpoint meet: addresses of a device that {@link plugHazards} has plugged. */
export interface HazardEndpoints {
  /** Has bytes without end. */
  readonly source: number;
  /** As `source`. */
  readonly other: number;
  /** Has none; an isochronous one has empty packets. */
  readonly silent: number;
  /** Takes everything. */
  readonly sink: number;
}

// As stream-hazard.mjs has them.
export const BULK: HazardEndpoints = { source: 0x81, other: 0x85, silent: 0x83, sink: 0x01 };
export const ISOCHRONOUS: HazardEndpoints = { source: 0x82, other: 0x86, silent: 0x84, sink: 0x02 };
/** Bulk: takes nothing. */
export const STUCK = 0x03;
/** Bytes of an isochronous packet. */
export const PACKET = 192;

const bulk = (bEndpointAddress: number) => ({ bEndpointAddress, bmAttributes: "bulk", wMaxPacketSize: 512 });
const isochronous = (bEndpointAddress: number) => ({
  bEndpointAddress,
  bmAttributes: "isochronous",
  wMaxPacketSize: PACKET,
  bInterval: 1,
});

/** Plugs a device whose serial number is its id; interface 1 has its endpoints in setting 1. */
export function plugHazards(bus: BusClient, id: string, on: number): Promise<void> {
  return bus.plug({
    id,
    bus: on,
    port: "1",
    serialNumber: id,
    device: { idVendor: 0x1209, idProduct: 0x5125 },
    configurations: [
      {
        interfaces: [
          { bInterfaceNumber: 0, endpoints: [0x81, 0x83, 0x85, 0x01, 0x03].map(bulk) },
          { bInterfaceNumber: 1 },
          {
            bInterfaceNumber: 1,
            bAlternateSetting: 1,
            endpoints: [0x82, 0x84, 0x86, 0x02].map(isochronous),
          },
        ],
      },
    ],
    endpoints: {
      "0x81": { source: "counter" },
      "0x85": { source: "counter" },
      "0x01": { sink: true },
      "0x82": { source: "frames" },
      "0x86": { source: "frames" },
      "0x02": { sink: true },
    },
  });
}

/** Finds the device that was plugged under this id, opens it and selects the setting that has all its endpoints. */
export async function openHazards(backend: IBackend, id: string): Promise<Device> {
  const found = await find({ idVendor: 0x1209, serialNumber: id, backend });
  if (found === undefined) throw new Error(`${id} is not on the bus`);
  const device = await found.open();
  await device.setInterfaceAltsetting(1, 1);
  return device;
}
