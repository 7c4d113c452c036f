import { CLASS_MASS_STORAGE } from "@tsusb/core/backend";
import type { DeviceDeclaration } from "../declaration/declaration.js";
import { VirtualDevice } from "../device.js";
import { BulkOnly } from "./bulk-only.js";
import { ScsiDisk } from "./scsi-disk.js";

const IN = 0x81;
const OUT = 0x02;
const DEFAULT_BLOCK_SIZE = 512;
const DEFAULT_BLOCKS = 2048;

// Class requests. Source: USB Mass Storage Class, Bulk-Only Transport 1.0, §3.1 and §3.2.
const BULK_ONLY_RESET = 0xff;
const GET_MAX_LUN = 0xfe;
// Source: USB Mass Storage Class, Specification Overview 1.4, §2 and §3.
const SCSI_COMMANDS = 0x06;
const BULK_ONLY_TRANSPORT = 0x50;

/** What {@link massStorage} lets one change. */
export interface MassStorageOptions
  extends Partial<Pick<DeviceDeclaration, "idVendor" | "idProduct" | "serialNumber">> {
  /** The disk's bytes, which it goes on using; default 1 MiB of zeros. */
  readonly image?: Uint8Array | undefined;
  /** Bytes of a block, default 512. */
  readonly blockSize?: number | undefined;
  /** Refuses writes; default false. */
  readonly readOnly?: boolean | undefined;
}

/** A high-speed disk in memory: SCSI over the bulk-only transport, as systems bind their driver to. */
export function massStorage(options: MassStorageOptions = {}): MassStorage {
  return new MassStorage(options);
}

/** See {@link massStorage}. */
export class MassStorage extends VirtualDevice {
  /** The disk's bytes: what the host has written is in them, and what is written into them the host reads. */
  readonly image: Uint8Array;

  /** @throws RangeError if the image is not one or more whole blocks. */
  constructor(options: MassStorageOptions = {}) {
    const { blockSize = DEFAULT_BLOCK_SIZE, readOnly = false } = options;
    const image = options.image ?? new Uint8Array(DEFAULT_BLOCKS * blockSize);
    if (!Number.isInteger(blockSize) || blockSize < 1)
      throw new RangeError(`blockSize is ${blockSize}; it can be 1 or more, 512 on most disks`);
    if (image.byteLength === 0 || image.byteLength % blockSize !== 0)
      throw new RangeError(
        `image has ${image.byteLength} bytes; it must be one or more whole blocks of ${blockSize}`,
      );
    const disk = new ScsiDisk({ image, blockSize, readOnly, vendor: "tsusb", product: "Virtual Disk" });
    super(declarationOf(options, new BulkOnly(disk, { in: IN, out: OUT })));
    this.image = image;
  }
}

function declarationOf(options: MassStorageOptions, transport: BulkOnly): DeviceDeclaration {
  // The serial number has twelve hexadecimal digits (Bulk-Only Transport 1.0, §4.1.1).
  const { idVendor = 0x1209, idProduct = 0x0008, serialNumber = "000000000D01" } = options;
  return {
    idVendor,
    idProduct,
    manufacturer: "tsusb",
    product: "Virtual Disk",
    serialNumber,
    onReset: (device) => transport.reset(device),
    control: [
      { bmRequestType: 0xa1, bRequest: GET_MAX_LUN, wValue: 0, wIndex: 0, answer: Uint8Array.of(0) },
      {
        bmRequestType: 0x21,
        bRequest: BULK_ONLY_RESET,
        wValue: 0,
        wIndex: 0,
        answer: (_setup, _data, device) => {
          transport.reset(device);
          return undefined;
        },
      },
    ],
    configurations: [
      {
        interfaces: [
          {
            alternates: [
              {
                bInterfaceClass: CLASS_MASS_STORAGE,
                bInterfaceSubClass: SCSI_COMMANDS,
                bInterfaceProtocol: BULK_ONLY_TRANSPORT,
                endpoints: [
                  { bEndpointAddress: IN, provide: () => transport.provide() },
                  { bEndpointAddress: OUT, receive: (data, device) => transport.receive(data, device) },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}
