import type { ByteQueue } from "./byte-queue.js";
import { type DeviceBlock, encodeDeviceBlock, encodeInterfaceBlocks } from "./device-block.js";
import {
  BUSID_SIZE,
  OP_HEADER_SIZE,
  OP_REP_DEVLIST,
  OP_REP_IMPORT,
  OP_REQ_DEVLIST,
  OP_REQ_IMPORT,
  ST_OK,
  USBIP_VERSION,
} from "./protocol.js";
import { ProtocolError } from "./protocol-error.js";

/** What a client asks for before it has a device. */
export type Operation =
  | { readonly type: "list" }
  | {
      readonly type: "import";
      /** As it came, up to the first NUL: any bytes. */
      readonly busid: string;
    };

/**
 * Takes one operation from what has arrived.
 *
 * @returns `undefined` if it is not complete yet; then nothing is taken.
 * @throws ProtocolError if it is none.
 */
export function takeOperation(bytes: ByteQueue): Operation | undefined {
  const header = bytes.peek(OP_HEADER_SIZE);
  if (header === undefined) return undefined;
  const version = header.readUInt16BE(0);
  const code = header.readUInt16BE(2);
  if (version !== USBIP_VERSION) throw new ProtocolError(`version ${hex(version)} instead of 0x0111`);
  if (code === OP_REQ_DEVLIST) {
    bytes.take(OP_HEADER_SIZE);
    return { type: "list" };
  }
  if (code !== OP_REQ_IMPORT) throw new ProtocolError(`operation ${hex(code)}, which is no request`);
  const request = bytes.take(OP_HEADER_SIZE + BUSID_SIZE);
  if (request === undefined) return undefined;
  const busid = request.subarray(OP_HEADER_SIZE);
  const end = busid.indexOf(0);
  if (end < 0) throw new ProtocolError("a bus id without a NUL at its end");
  return { type: "import", busid: busid.toString("latin1", 0, end) };
}

/** Writes the answer to a request for the list. */
export function encodeDeviceList(devices: readonly DeviceBlock[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(devices.length);
  const blocks = devices.flatMap((each) => [encodeDeviceBlock(each), encodeInterfaceBlocks(each.interfaces)]);
  return Buffer.concat([encodeHeader(OP_REP_DEVLIST, ST_OK), count, ...blocks]);
}

/** Writes the answer to an import that succeeded. */
export function encodeImported(device: DeviceBlock): Buffer {
  return Buffer.concat([encodeHeader(OP_REP_IMPORT, ST_OK), encodeDeviceBlock(device)]);
}

/** Writes the answer to an operation that failed. @param status - One of the `ST_*` constants. */
export function encodeFailure({ type }: Operation, status: number): Buffer {
  return encodeHeader(type === "list" ? OP_REP_DEVLIST : OP_REP_IMPORT, status);
}

function encodeHeader(code: number, status: number): Buffer {
  const header = Buffer.alloc(OP_HEADER_SIZE);
  header.writeUInt16BE(USBIP_VERSION, 0);
  header.writeUInt16BE(code, 2);
  header.writeUInt32BE(status, 4);
  return header;
}

const hex = (value: number): string => `0x${value.toString(16).padStart(4, "0")}`;
