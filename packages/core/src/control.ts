import { USBError } from "./errors.js";
import { rejecting } from "./model/arguments.js";
import { checkDevice } from "./model/check-device.js";
import type { Device } from "./model/device.js";
import type { Endpoint } from "./model/endpoint.js";
import type { Interface } from "./model/interface.js";
import type { DataOut, TransferOptionsOrTimeout } from "./model/options.js";
import { checkInteger, show } from "./usb/check-integer.js";
import {
  CTRL_IN,
  CTRL_OUT,
  CTRL_RECIPIENT_DEVICE,
  CTRL_RECIPIENT_ENDPOINT,
  CTRL_RECIPIENT_INTERFACE,
  CTRL_TYPE_STANDARD,
  ENDPOINT_HALT,
  REQ_CLEAR_FEATURE,
  REQ_GET_CONFIGURATION,
  REQ_GET_DESCRIPTOR,
  REQ_GET_INTERFACE,
  REQ_GET_STATUS,
  REQ_SET_DESCRIPTOR,
  REQ_SET_FEATURE,
} from "./usb/constants.js";
import { hexByte } from "./usb/hex.js";
import { byteAt, wordAt } from "./usb/little-endian.js";

export {
  DEVICE_REMOTE_WAKEUP,
  ENDPOINT_HALT,
  FUNCTION_SUSPEND,
  LTM_ENABLE,
  U1_ENABLE,
  U2_ENABLE,
} from "./usb/constants.js";

/** Whom a standard request is for: an interface, an endpoint, or the device if `undefined`. */
export type Recipient = Interface | Endpoint | undefined;

/**
 * Asks for the status of a recipient (USB 2.0 §9.4.5). I/O: one control transfer; an interface is claimed first.
 *
 * @returns 16 bits. Device: bit 0 self powered, bit 1 remote wakeup. Endpoint: bit 0 halted.
 * @throws TypeError for another recipient.
 * @throws {@link USBError} `EIO` if the answer is short, else as {@link Device.ctrlTransfer}.
 */
export async function getStatus(
  device: Device,
  recipient?: Recipient,
  options?: TransferOptionsOrTimeout,
): Promise<number> {
  checkDevice(device);
  const { code, wIndex } = target(recipient);
  const answer = await device.ctrlTransfer(
    CTRL_IN | CTRL_TYPE_STANDARD | code,
    REQ_GET_STATUS,
    0,
    wIndex,
    2,
    options,
  );
  return wordAt(wholeAnswer(answer, 2, "get status"), 0);
}

/**
 * Takes a feature back (USB 2.0 §9.4.1). `ENDPOINT_HALT` of an endpoint goes through {@link Device.clearHalt}, since the
 * host has a state to reset too. I/O: one control transfer.
 *
 * @param feature - One of this module's constants, or another feature selector of 16 bits.
 * @throws TypeError for another recipient, or for feature 0 of the device, which has none.
 * @throws {@link USBError} `EPIPE` if the device does not know the feature, else as {@link Device.ctrlTransfer}.
 */
export async function clearFeature(
  device: Device,
  feature: number,
  recipient?: Recipient,
  options?: TransferOptionsOrTimeout,
): Promise<void> {
  checkDevice(device);
  const { code, wIndex, endpoint } = featureTarget(feature, recipient);
  if (feature === ENDPOINT_HALT && endpoint !== undefined) return device.clearHalt(endpoint);
  await device.ctrlTransfer(
    CTRL_OUT | CTRL_TYPE_STANDARD | code,
    REQ_CLEAR_FEATURE,
    feature,
    wIndex,
    0,
    options,
  );
}

/**
 * Sets a feature (USB 2.0 §9.4.9). I/O: one control transfer.
 *
 * @param feature - One of this module's constants, or another feature selector of 16 bits.
 * @throws TypeError for another recipient, or for feature 0 of the device, which has none.
 * @throws {@link USBError} `EPIPE` if the device does not know the feature, else as {@link Device.ctrlTransfer}.
 */
export async function setFeature(
  device: Device,
  feature: number,
  recipient?: Recipient,
  options?: TransferOptionsOrTimeout,
): Promise<void> {
  checkDevice(device);
  const { code, wIndex } = featureTarget(feature, recipient);
  await device.ctrlTransfer(
    CTRL_OUT | CTRL_TYPE_STANDARD | code,
    REQ_SET_FEATURE,
    feature,
    wIndex,
    0,
    options,
  );
}

/**
 * Asks the device for a descriptor (USB 2.0 §9.4.3). I/O: one control transfer.
 *
 * @param size - Most bytes to take, 0 to 65,535.
 * @param type - Descriptor type, one of `util.DESC_TYPE_*` or another byte.
 * @param index - Which one of that type, 0 to 255.
 * @param wIndex - Language id of a string, else 0.
 * @throws {@link USBError} `EIO` if fewer than two bytes came, `EPIPE` if there is no such descriptor, else as
 *   {@link Device.ctrlTransfer}.
 */
export async function getDescriptor(
  device: Device,
  size: number,
  type: number,
  index: number,
  wIndex = 0,
  options?: TransferOptionsOrTimeout,
): Promise<Uint8Array> {
  checkDevice(device);
  const wValue = descriptorValue(type, index);
  checkInteger("size", size, 0, 0xffff);
  const bmRequestType = CTRL_IN | CTRL_TYPE_STANDARD | CTRL_RECIPIENT_DEVICE;
  const answer = await device.ctrlTransfer(bmRequestType, REQ_GET_DESCRIPTOR, wValue, wIndex, size, options);
  return wholeAnswer(answer, 2, `get descriptor of type ${hexByte(type)}, index ${index}`);
}

/**
 * Changes or adds a descriptor (USB 2.0 §9.4.8); few devices can. I/O: one control transfer.
 *
 * @param descriptor - The whole descriptor.
 * @param type - Descriptor type.
 * @param index - Which one of that type, 0 to 255.
 * @param wIndex - Language id of a string, else 0.
 * @throws {@link USBError} `EPIPE` if the device cannot do it, else as {@link Device.ctrlTransfer}.
 */
export async function setDescriptor(
  device: Device,
  descriptor: DataOut,
  type: number,
  index: number,
  wIndex = 0,
  options?: TransferOptionsOrTimeout,
): Promise<void> {
  checkDevice(device);
  const wValue = descriptorValue(type, index);
  const bmRequestType = CTRL_OUT | CTRL_TYPE_STANDARD | CTRL_RECIPIENT_DEVICE;
  await device.ctrlTransfer(bmRequestType, REQ_SET_DESCRIPTOR, wValue, wIndex, descriptor, options);
}

/**
 * Asks the device for its configuration (USB 2.0 §9.4.2); {@link Device.getActiveConfiguration} may know it already.
 * I/O: one control transfer.
 *
 * @returns `bConfigurationValue`, 0 if unconfigured.
 * @throws {@link USBError} `EIO` if the answer is empty, else as {@link Device.ctrlTransfer}.
 */
export async function getConfiguration(device: Device, options?: TransferOptionsOrTimeout): Promise<number> {
  checkDevice(device);
  const bmRequestType = CTRL_IN | CTRL_TYPE_STANDARD | CTRL_RECIPIENT_DEVICE;
  const answer = await device.ctrlTransfer(bmRequestType, REQ_GET_CONFIGURATION, 0, 0, 1, options);
  return byteAt(wholeAnswer(answer, 1, "get configuration"), 0);
}

/**
 * Selects a configuration; as {@link Device.setConfiguration}.
 *
 * @param bConfigurationValue - Of the configuration; 0 unconfigures.
 */
export function setConfiguration(device: Device, bConfigurationValue: number): Promise<void> {
  return rejecting(() => {
    checkDevice(device);
    return device.setConfiguration(bConfigurationValue);
  });
}

/**
 * Asks the device for the alternate setting of an interface (USB 2.0 §9.4.4). I/O: one control transfer; the interface
 * is claimed first.
 *
 * @param bInterfaceNumber - Number of the interface.
 * @returns `bAlternateSetting`.
 * @throws {@link USBError} `EIO` if the answer is empty, else as {@link Device.ctrlTransfer}.
 */
export async function getInterface(
  device: Device,
  bInterfaceNumber: number,
  options?: TransferOptionsOrTimeout,
): Promise<number> {
  checkDevice(device);
  checkInteger("bInterfaceNumber", bInterfaceNumber, 0, 0xff);
  const bmRequestType = CTRL_IN | CTRL_TYPE_STANDARD | CTRL_RECIPIENT_INTERFACE;
  const answer = await device.ctrlTransfer(bmRequestType, REQ_GET_INTERFACE, 0, bInterfaceNumber, 1, options);
  return byteAt(wholeAnswer(answer, 1, "get interface"), 0);
}

/**
 * Selects an alternate setting; as {@link Device.setInterfaceAltsetting}.
 *
 * @param bInterfaceNumber - Number of the interface.
 * @param bAlternateSetting - Number of the alternate setting.
 */
export function setInterface(
  device: Device,
  bInterfaceNumber: number,
  bAlternateSetting: number,
): Promise<void> {
  return rejecting(() => {
    checkDevice(device);
    return device.setInterfaceAltsetting(bInterfaceNumber, bAlternateSetting);
  });
}

interface Target {
  readonly code: number;
  readonly wIndex: number;
  readonly endpoint?: Endpoint;
}

/** By their fields, not by class: two copies of this package may meet in one process. */
function target(recipient: Recipient): Target {
  if (recipient === undefined) return { code: CTRL_RECIPIENT_DEVICE, wIndex: 0 };
  if (typeof recipient === "object" && recipient !== null) {
    if ("bEndpointAddress" in recipient)
      return { code: CTRL_RECIPIENT_ENDPOINT, wIndex: recipient.bEndpointAddress, endpoint: recipient };
    if ("bInterfaceNumber" in recipient)
      return { code: CTRL_RECIPIENT_INTERFACE, wIndex: recipient.bInterfaceNumber };
  }
  throw new TypeError(
    `recipient must be an Interface, an Endpoint or undefined for the device, got ${show(recipient)}`,
  );
}

function featureTarget(feature: number, recipient: Recipient): Target {
  checkInteger("feature", feature, 0, 0xffff);
  const found = target(recipient);
  if (feature === ENDPOINT_HALT && recipient === undefined)
    throw new TypeError(
      "recipient must be an Endpoint (ENDPOINT_HALT) or an Interface (FUNCTION_SUSPEND) for feature 0, got undefined",
    );
  return found;
}

function descriptorValue(type: number, index: number): number {
  return (checkInteger("type", type, 0, 0xff) << 8) | checkInteger("index", index, 0, 0xff);
}

function wholeAnswer(answer: Uint8Array, least: number, request: string): Uint8Array {
  if (answer.length >= least) return answer;
  throw new USBError(`${request}: the device answered ${answer.length} bytes, not ${least}`, { code: "EIO" });
}
