import type { ControlSetup } from "@tsusb/core/backend";

/**
 * A standard request that changes what a system knows of a device: it goes to the backend's own call, never to the
 * device itself, behind the system's back.
 */
export type StateChange =
  /** SET_ADDRESS: the system has given the device its address already. */
  | { readonly type: "address" }
  | { readonly type: "configuration"; readonly configurationValue: number }
  | { readonly type: "alternate"; readonly interfaceNumber: number; readonly alternateSetting: number }
  | { readonly type: "clearHalt"; readonly endpoint: number }
  /** The request for a hub to reset the device's port: how a client asks for `resetDevice`. */
  | { readonly type: "reset" };

/** Tells what a request changes; `undefined` if it goes to the device as it is. */
export function stateChangeOf({
  bmRequestType,
  bRequest,
  wValue,
  wIndex,
}: ControlSetup): StateChange | undefined {
  switch ((bmRequestType << 8) | bRequest) {
    case SET_ADDRESS:
      return { type: "address" };
    case SET_CONFIGURATION:
      return { type: "configuration", configurationValue: wValue & 0xff };
    case SET_INTERFACE:
      return { type: "alternate", interfaceNumber: wIndex & 0xff, alternateSetting: wValue & 0xff };
    case CLEAR_ENDPOINT_FEATURE: {
      const isControl = (wIndex & 0x0f) === 0;
      return wValue === ENDPOINT_HALT && !isControl
        ? { type: "clearHalt", endpoint: wIndex & 0x8f }
        : undefined;
    }
    case SET_PORT_FEATURE:
      return wValue === PORT_RESET ? { type: "reset" } : undefined;
    default:
      return undefined;
  }
}

// bmRequestType in the high byte, bRequest in the low one. Source: USB 2.0 Tables 9-3, 9-4, 11-15 and 11-17.
const SET_ADDRESS = 0x0005;
const SET_CONFIGURATION = 0x0009;
const SET_INTERFACE = 0x010b;
const CLEAR_ENDPOINT_FEATURE = 0x0201;
const SET_PORT_FEATURE = 0x2303;
const ENDPOINT_HALT = 0;
const PORT_RESET = 4;

/** Reads a setup packet: eight bytes, little-endian (USB 2.0 Table 9-2). */
export function parseSetup(bytes: Uint8Array): ControlSetup {
  const word = (at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return {
    bmRequestType: bytes[0] ?? 0,
    bRequest: bytes[1] ?? 0,
    wValue: word(2),
    wIndex: word(4),
    wLength: word(6),
  };
}
