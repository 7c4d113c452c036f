import type { TransferRequest } from "../contract/transfer.js";
import { checkInteger, show } from "../usb/check-integer.js";
import { CTRL_IN } from "../usb/constants.js";
import { hexByte } from "../usb/hex.js";
import { toBytes } from "../usb/to-bytes.js";
import {
  bufferToFill,
  checkBoolean,
  checkOptionNames,
  checkPacketLengths,
  LONGEST_TRANSFER,
} from "./arguments.js";
import { claimedBy, controlRequest } from "./control-request.js";

const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  "endpoint",
  "setup",
  "length",
  "into",
  "data",
  "packetLengths",
  "zeroPacket",
  "streamId",
]);

/** Source: USB 3.2 §8.12.1.4.1; 65,534 and 65,535 are reserved. */
export const LARGEST_STREAM_ID = 65_533;

/** A request of `Device.transfer` whose fields are checked. The endpoint's type is not in it yet. */
export interface CheckedRequest {
  readonly checked: TransferRequest;
  readonly direction: "in" | "out";
  /** `bInterfaceNumber` that a control request needs claimed. */
  readonly claims: number | undefined;
}

/** Checks what the caller of `Device.transfer` gave. `endpoint` is its address, 0 for control. */
export function transferRequest(
  request: Omit<TransferRequest, "timeout" | "type" | "endpoint"> & { readonly endpoint?: unknown },
  endpoint: number,
  timeout: number,
): CheckedRequest {
  if (typeof request !== "object" || request === null) {
    throw new TypeError(`request must be an object, got ${show(request)}`);
  }
  checkOptionNames("request", request, REQUEST_FIELDS);
  const { setup, length, into, data, packetLengths, zeroPacket, streamId } = request;
  if (setup !== undefined) {
    if (typeof setup !== "object" || setup === null) {
      throw new TypeError(
        `request.setup must be an object such as { bmRequestType: 0x80, … }, got ${show(setup)}`,
      );
    }
    const { bmRequestType, bRequest, wValue, wIndex, wLength } = setup;
    const isIn = (bmRequestType & CTRL_IN) !== 0;
    if ((isIn ? data : into) !== undefined) {
      throw new TypeError(
        isIn
          ? `request.data cannot be sent by an IN request (bmRequestType ${hexByte(bmRequestType)}); give length or into`
          : `request.into cannot be filled by an OUT request (bmRequestType ${hexByte(bmRequestType)}); give data`,
      );
    }
    const payload = isIn ? (into ?? length ?? wLength) : data;
    const control = controlRequest(bmRequestType, bRequest, wValue, wIndex, payload, timeout).request;
    if (control.setup?.wLength !== wLength) {
      throw new RangeError(
        `request.setup.wLength must be the length of the data, ${control.setup?.wLength}, got ${wLength}`,
      );
    }
    return { checked: control, direction: isIn ? "in" : "out", claims: claimedBy(bmRequestType, wIndex) };
  }
  if (endpoint === 0) throw new TypeError("request must have an endpoint, or a setup for a control transfer");
  const direction = (endpoint & 0x80) !== 0 ? "in" : "out";
  const payload =
    direction === "in" ? inPayload(endpoint, length, into, data) : outPayload(endpoint, length, into, data);
  const bytes = payload.data?.length ?? payload.into?.length ?? payload.length ?? 0;
  return {
    checked: {
      type: "bulk",
      endpoint,
      ...payload,
      ...(packetLengths !== undefined && {
        packetLengths: checkPacketLengths("request.packetLengths", packetLengths, bytes),
      }),
      ...(zeroPacket !== undefined && { zeroPacket: checkBoolean("request.zeroPacket", zeroPacket) }),
      ...(streamId !== undefined && {
        streamId: checkInteger("request.streamId", streamId, 1, LARGEST_STREAM_ID),
      }),
      timeout,
    },
    direction,
    claims: undefined,
  };
}

type Payload = Pick<TransferRequest, "length" | "into" | "data">;

function inPayload(endpoint: number, length: unknown, into: unknown, data: unknown): Payload {
  if (data !== undefined) {
    throw new TypeError(
      `request.data cannot be sent to the IN endpoint ${hexByte(endpoint)}; give length or into`,
    );
  }
  if (into !== undefined) return { into: bufferToFill("request.into", into) };
  return { length: checkInteger("request.length", length, 0, LONGEST_TRANSFER) };
}

function outPayload(endpoint: number, length: unknown, into: unknown, data: unknown): Payload {
  if (length !== undefined || into !== undefined) {
    throw new TypeError(
      `request.length and request.into are for IN endpoints; give data for ${hexByte(endpoint)}`,
    );
  }
  return { data: toBytes(data as Parameters<typeof toBytes>[0], "request.data") };
}
