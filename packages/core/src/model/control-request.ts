import type { TransferRequest } from "../contract/transfer.js";
import { checkInteger, show } from "../usb/check-integer.js";
import {
  CTRL_IN,
  CTRL_RECIPIENT_INTERFACE,
  CTRL_RECIPIENT_MASK,
  CTRL_TYPE_MASK,
  CTRL_TYPE_VENDOR,
} from "../usb/constants.js";
import { hexByte } from "../usb/hex.js";
import { toBytes } from "../usb/to-bytes.js";
import { bufferToFill } from "./arguments.js";
import type { DataOut } from "./options.js";

/** A control transfer whose arguments are checked. */
export interface ControlRequest {
  readonly request: TransferRequest;
  /** `bInterfaceNumber` that must be claimed for it. */
  readonly claims: number | undefined;
  /** Whether the caller gave a buffer to fill, and wants a count. */
  readonly fills: boolean;
}

/** Checks the arguments of `ctrlTransfer` and makes a request of them. */
export function controlRequest(
  bmRequestType: number,
  bRequest: number,
  wValue: number,
  wIndex: number,
  dataOrLength: DataOut | number | undefined,
  timeout: number,
): ControlRequest {
  checkInteger("bmRequestType", bmRequestType, 0, 0xff);
  checkInteger("bRequest", bRequest, 0, 0xff);
  checkInteger("wValue", wValue, 0, 0xffff);
  checkInteger("wIndex", wIndex, 0, 0xffff);
  const claims = claimedBy(bmRequestType, wIndex);
  if ((bmRequestType & CTRL_IN) === 0) {
    if (typeof dataOrLength === "number" && dataOrLength !== 0) {
      throw new TypeError(
        `dataOrLength must be the bytes to send for an OUT request (bmRequestType ${hexByte(bmRequestType)}), got ${dataOrLength}; use new Uint8Array(${dataOrLength}) to send zeros`,
      );
    }
    const data =
      typeof dataOrLength === "number" || dataOrLength === undefined
        ? NOTHING
        : toBytes(dataOrLength, "data");
    checkInteger("the length of data", data.length, 0, 0xffff);
    const setup = { bmRequestType, bRequest, wValue, wIndex, wLength: data.length };
    return { request: { type: "control", endpoint: 0, setup, data, timeout }, claims, fills: false };
  }
  if (dataOrLength === undefined || typeof dataOrLength === "number") {
    const length = dataOrLength === undefined ? 0 : checkInteger("wLength", dataOrLength, 0, 0xffff);
    const setup = { bmRequestType, bRequest, wValue, wIndex, wLength: length };
    return { request: { type: "control", endpoint: 0, setup, length, timeout }, claims, fills: false };
  }
  if (typeof dataOrLength === "string") {
    throw new TypeError(
      `dataOrLength must be a length or a buffer to fill for an IN request, got ${show(dataOrLength)}`,
    );
  }
  const into = bufferToFill("dataOrLength", dataOrLength);
  checkInteger("the length of the buffer", into.length, 0, 0xffff);
  const setup = { bmRequestType, bRequest, wValue, wIndex, wLength: into.length };
  return { request: { type: "control", endpoint: 0, setup, into, timeout }, claims, fills: true };
}

const NOTHING = new Uint8Array(0);

/**
 * The interface that a request speaks to and that must be claimed: of standard and class requests to an interface. The
 * meaning of wIndex in a vendor request is the vendor's.
 */
export function claimedBy(bmRequestType: number, wIndex: number): number | undefined {
  const toInterface = (bmRequestType & CTRL_RECIPIENT_MASK) === CTRL_RECIPIENT_INTERFACE;
  const vendor = (bmRequestType & CTRL_TYPE_MASK) === CTRL_TYPE_VENDOR;
  return toInterface && !vendor ? wIndex & 0xff : undefined;
}
