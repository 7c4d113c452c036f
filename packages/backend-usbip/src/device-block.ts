import { BUSID_SIZE, DEVICE_BLOCK_SIZE, INTERFACE_BLOCK_SIZE, PATH_SIZE } from "./protocol.js";

/** Class triple of one interface, as a device list tells it. */
export interface InterfaceClass {
  readonly bInterfaceClass: number;
  readonly bInterfaceSubClass: number;
  readonly bInterfaceProtocol: number;
}

/** What a device list and the answer to an import tell of a device. */
export interface DeviceBlock {
  /** Path in the exporting system; at most 255 bytes of ASCII. */
  readonly path: string;
  /** What a client asks for; at most 31 bytes of ASCII. */
  readonly busid: string;
  readonly busnum: number;
  readonly devnum: number;
  /** Linux' `enum usb_device_speed`: 1 low, 2 full, 3 high, 5 super, 6 super plus. */
  readonly speed: number;
  readonly idVendor: number;
  readonly idProduct: number;
  readonly bcdDevice: number;
  readonly bDeviceClass: number;
  readonly bDeviceSubClass: number;
  readonly bDeviceProtocol: number;
  /** Of the selected configuration, 0 if there is none. */
  readonly bConfigurationValue: number;
  readonly bNumConfigurations: number;
  /** Of that configuration; at most 255. */
  readonly interfaces: readonly InterfaceClass[];
}

/** Writes a device as both operations send it: 312 bytes. */
export function encodeDeviceBlock(device: DeviceBlock): Buffer {
  const block = Buffer.alloc(DEVICE_BLOCK_SIZE);
  // One byte less than there is room for: a client reads up to the NUL.
  block.write(device.path, 0, PATH_SIZE - 1, "latin1");
  block.write(device.busid, PATH_SIZE, BUSID_SIZE - 1, "latin1");
  block.writeUInt32BE(device.busnum, 288);
  block.writeUInt32BE(device.devnum, 292);
  block.writeUInt32BE(device.speed, 296);
  block.writeUInt16BE(device.idVendor, 300);
  block.writeUInt16BE(device.idProduct, 302);
  block.writeUInt16BE(device.bcdDevice, 304);
  block[306] = device.bDeviceClass;
  block[307] = device.bDeviceSubClass;
  block[308] = device.bDeviceProtocol;
  block[309] = device.bConfigurationValue;
  block[310] = device.bNumConfigurations;
  block[311] = device.interfaces.length;
  return block;
}

/** Writes the entries that follow a device in a device list, and only there: 4 bytes each. */
export function encodeInterfaceBlocks(interfaces: readonly InterfaceClass[]): Buffer {
  const blocks = Buffer.alloc(INTERFACE_BLOCK_SIZE * interfaces.length);
  for (const [index, each] of interfaces.entries()) {
    const offset = INTERFACE_BLOCK_SIZE * index;
    blocks[offset] = each.bInterfaceClass;
    blocks[offset + 1] = each.bInterfaceSubClass;
    blocks[offset + 2] = each.bInterfaceProtocol;
  }
  return blocks;
}
