import * as control from "./control.js";
import { rejecting } from "./model/arguments.js";
import { checkDevice } from "./model/check-device.js";
import type { Device } from "./model/device.js";
import type { Interface } from "./model/interface.js";
import { kDispose } from "./model/internals.js";
import { checkInteger } from "./usb/check-integer.js";
import {
  DESC_TYPE_STRING,
  ENDPOINT_ADDRESS_MASK,
  ENDPOINT_DIR_MASK,
  ENDPOINT_TYPE_MASK,
  MAX_STRING_LENGTH,
} from "./usb/constants.js";
import { parseLangids } from "./usb/strings.js";

export { type DescriptorFilter, findDescriptor, findDescriptors } from "./find-descriptor.js";
export {
  CTRL_IN,
  CTRL_OUT,
  CTRL_RECIPIENT_DEVICE,
  CTRL_RECIPIENT_ENDPOINT,
  CTRL_RECIPIENT_INTERFACE,
  CTRL_RECIPIENT_OTHER,
  CTRL_TYPE_CLASS,
  CTRL_TYPE_RESERVED,
  CTRL_TYPE_STANDARD,
  CTRL_TYPE_VENDOR,
  DESC_TYPE_CONFIG,
  DESC_TYPE_DEVICE,
  DESC_TYPE_ENDPOINT,
  DESC_TYPE_INTERFACE,
  DESC_TYPE_STRING,
  ENDPOINT_IN,
  ENDPOINT_OUT,
  ENDPOINT_TYPE_BULK,
  ENDPOINT_TYPE_CTRL,
  ENDPOINT_TYPE_INTR,
  ENDPOINT_TYPE_ISO,
  SPEED_FULL,
  SPEED_HIGH,
  SPEED_LOW,
  SPEED_SUPER,
  SPEED_SUPER_PLUS,
  SPEED_SUPER_PLUS_X2,
  SPEED_UNKNOWN,
} from "./usb/constants.js";
export { buildRequestType, ctrlDirection } from "./usb/request-type.js";

/**
 * Tells the number of an endpoint, 0 to 15. I/O: none.
 *
 * @param address - `bEndpointAddress`.
 * @throws TypeError, RangeError unless it is a byte.
 */
export function endpointAddress(address: number): number {
  return checkInteger("address", address, 0, 0xff) & ENDPOINT_ADDRESS_MASK;
}

/**
 * Tells the direction of an endpoint: `ENDPOINT_OUT` or `ENDPOINT_IN`. I/O: none.
 *
 * @param address - `bEndpointAddress`.
 * @throws TypeError, RangeError unless it is a byte.
 */
export function endpointDirection(address: number): number {
  return checkInteger("address", address, 0, 0xff) & ENDPOINT_DIR_MASK;
}

/**
 * Tells the transfer type of an endpoint: one of `ENDPOINT_TYPE_*`. I/O: none.
 *
 * @param bmAttributes - Of the endpoint's descriptor.
 * @throws TypeError, RangeError unless it is a byte.
 */
export function endpointType(bmAttributes: number): number {
  return checkInteger("bmAttributes", bmAttributes, 0, 0xff) & ENDPOINT_TYPE_MASK;
}

/**
 * Makes a buffer of zeros for `readInto`. I/O: none.
 *
 * @param length - Bytes.
 * @throws TypeError unless it is an integer, RangeError if it is negative or more than an array can have.
 */
export function createBuffer(length: number): Uint8Array {
  if (typeof length !== "number" || !Number.isInteger(length))
    throw new TypeError(`length must be an integer number of bytes, got ${String(length)}`);
  if (length < 0) throw new RangeError(`length must not be negative, got ${length}`);
  return new Uint8Array(length);
}

/**
 * Claims an interface; as {@link Device.claimInterface}. Transfers claim by themselves: this is for those who want to
 * choose the moment.
 *
 * @param interface_ - An {@link Interface} or a `bInterfaceNumber`.
 */
export function claimInterface(device: Device, interface_: Interface | number): Promise<void> {
  return rejecting(() => {
    checkDevice(device);
    return device.claimInterface(interface_);
  });
}

/**
 * Gives an interface back; as {@link Device.releaseInterface}.
 *
 * @param interface_ - An {@link Interface} or a `bInterfaceNumber`.
 */
export function releaseInterface(device: Device, interface_: Interface | number): Promise<void> {
  return rejecting(() => {
    checkDevice(device);
    return device.releaseInterface(interface_);
  });
}

/**
 * Gives back all that a device holds, its interfaces and its handle, so that another program can have it. Unlike after
 * {@link Device.close}, the device opens again on its next use.
 *
 * I/O: cancels what is pending and waits for it. Never rejects because the device is gone.
 */
export function disposeResources(device: Device): Promise<void> {
  return rejecting(() => {
    checkDevice(device);
    return device[kDispose]();
  });
}

/**
 * Asks the device for its language ids. {@link Device.getLangids} remembers them and is what most programs want.
 *
 * I/O: one control transfer, each time; opens the device.
 *
 * @returns Empty if the table is malformed.
 * @throws {@link USBError} `EPIPE` if the device has no strings, else as {@link Device.ctrlTransfer}.
 */
export async function getLangids(device: Device): Promise<readonly number[]> {
  return parseLangids(await control.getDescriptor(device, MAX_STRING_LENGTH, DESC_TYPE_STRING, 0));
}

/**
 * Reads a string descriptor; as {@link Device.getString}.
 *
 * I/O: one or two control transfers; none for index 0.
 *
 * @param index - Index of the string; 0 gives `undefined`.
 * @param langid - Language, default the first one the device has.
 */
export function getString(device: Device, index: number, langid?: number): Promise<string | undefined> {
  return rejecting(() => {
    checkDevice(device);
    return device.getString(index, langid);
  });
}
