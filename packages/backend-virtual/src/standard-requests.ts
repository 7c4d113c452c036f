import {
  type ControlSetup,
  CTRL_IN,
  CTRL_RECIPIENT_DEVICE,
  CTRL_RECIPIENT_ENDPOINT,
  CTRL_RECIPIENT_INTERFACE,
  DEVICE_REMOTE_WAKEUP,
  ENDPOINT_HALT,
  FUNCTION_SUSPEND,
  LTM_ENABLE,
  REQ_CLEAR_FEATURE,
  REQ_GET_CONFIGURATION,
  REQ_GET_DESCRIPTOR,
  REQ_GET_INTERFACE,
  REQ_GET_STATUS,
  REQ_SET_CONFIGURATION,
  REQ_SET_FEATURE,
  REQ_SET_INTERFACE,
  REQ_SET_ISOCH_DELAY,
  REQ_SET_SEL,
  REQ_SYNCH_FRAME,
  SPEED_SUPER,
  U1_ENABLE,
  U2_ENABLE,
} from "@tsusb/core/backend";
import type { ControlAnswer } from "./declaration/control.js";
import { deviceDescriptor, interfaceDescriptor } from "./descriptor-requests.js";
import { IsoPipe } from "./pipes/iso-pipe.js";
import type { PluggedDevice } from "./plugged-device.js";

const TO_DEVICE = CTRL_RECIPIENT_DEVICE;
const TO_INTERFACE = CTRL_RECIPIENT_INTERFACE;
const TO_ENDPOINT = CTRL_RECIPIENT_ENDPOINT;
const FROM_DEVICE = CTRL_IN | TO_DEVICE;
const FROM_INTERFACE = CTRL_IN | TO_INTERFACE;
const FROM_ENDPOINT = CTRL_IN | TO_ENDPOINT;

const DONE: ControlAnswer = undefined;

/**
 * Answers a standard request as a device does (USB 2.0 §9.4); what it does not know, may not do now, or is sent to the
 * wrong recipient, it refuses. SET_ADDRESS is among them: a system sends it before anybody has the device.
 */
export function answerStandardRequest(plugged: PluggedDevice, setup: ControlSetup): ControlAnswer {
  const { bmRequestType, bRequest, wValue, wIndex, wLength } = setup;
  switch ((bmRequestType << 8) | bRequest) {
    case (FROM_DEVICE << 8) | REQ_GET_STATUS:
      return wValue === 0 ? Uint8Array.of(deviceStatus(plugged), 0) : "stall";
    case (FROM_INTERFACE << 8) | REQ_GET_STATUS:
      return plugged.alternates.has(wIndex) ? Uint8Array.of(0, 0) : "stall";
    case (FROM_ENDPOINT << 8) | REQ_GET_STATUS:
      return endpointStatus(plugged, wIndex);
    case (TO_DEVICE << 8) | REQ_SET_FEATURE:
    case (TO_DEVICE << 8) | REQ_CLEAR_FEATURE:
      return setDeviceFeature(plugged, wValue, bRequest === REQ_SET_FEATURE);
    case (TO_INTERFACE << 8) | REQ_SET_FEATURE:
    case (TO_INTERFACE << 8) | REQ_CLEAR_FEATURE:
      return setInterfaceFeature(plugged, setup);
    case (TO_ENDPOINT << 8) | REQ_SET_FEATURE:
    case (TO_ENDPOINT << 8) | REQ_CLEAR_FEATURE:
      return setHalt(plugged, setup, bRequest === REQ_SET_FEATURE);
    case (FROM_DEVICE << 8) | REQ_GET_DESCRIPTOR:
      return deviceDescriptor(plugged, wValue >> 8, wValue & 0xff, wIndex);
    case (FROM_INTERFACE << 8) | REQ_GET_DESCRIPTOR:
      return interfaceDescriptor(plugged, wValue >> 8, wIndex);
    case (FROM_DEVICE << 8) | REQ_GET_CONFIGURATION:
      return Uint8Array.of(plugged.configurationValue);
    case (TO_DEVICE << 8) | REQ_SET_CONFIGURATION:
      return wIndex === 0 && wLength === 0 && plugged.selectConfiguration(wValue) ? DONE : "stall";
    case (FROM_INTERFACE << 8) | REQ_GET_INTERFACE: {
      const setting = plugged.alternates.get(wIndex);
      return setting === undefined ? "stall" : Uint8Array.of(setting);
    }
    case (TO_INTERFACE << 8) | REQ_SET_INTERFACE:
      return plugged.selectAlternate(wIndex, wValue) ? DONE : "stall";
    case (FROM_ENDPOINT << 8) | REQ_SYNCH_FRAME:
      return synchFrame(plugged, wIndex);
    case (TO_DEVICE << 8) | REQ_SET_SEL:
      return isSuper(plugged) && wLength === 6 ? DONE : "stall";
    case (TO_DEVICE << 8) | REQ_SET_ISOCH_DELAY:
      return isSuper(plugged) && wLength === 0 ? DONE : "stall";
    default:
      return "stall";
  }
}

/** Bit 0 self powered, bit 1 remote wakeup, bits 2 to 4 of SuperSpeed. Source: USB 3.2 Figure 9-4. */
function deviceStatus(plugged: PluggedDevice): number {
  const isSelfPowered = (attributes(plugged) & 0x40) !== 0;
  const features = plugged.features;
  return (
    (isSelfPowered ? 1 : 0) |
    (features.has(DEVICE_REMOTE_WAKEUP) ? 2 : 0) |
    (features.has(U1_ENABLE) ? 4 : 0) |
    (features.has(U2_ENABLE) ? 8 : 0) |
    (features.has(LTM_ENABLE) ? 16 : 0)
  );
}

function endpointStatus(plugged: PluggedDevice, address: number): ControlAnswer {
  if (isEndpointZero(address)) return Uint8Array.of(0, 0);
  const pipe = plugged.endpoints.get(address)?.pipe;
  return pipe === undefined ? "stall" : Uint8Array.of(pipe.halted ? 1 : 0, 0);
}

/** Isochronous endpoints do not halt: the feature is for interrupt and bulk (USB 2.0 §9.4.5). */
function setHalt(plugged: PluggedDevice, { wValue, wIndex }: ControlSetup, halted: boolean): ControlAnswer {
  if (wValue !== ENDPOINT_HALT) return "stall";
  if (isEndpointZero(wIndex)) return DONE;
  const pipe = plugged.endpoints.get(wIndex)?.pipe;
  if (pipe === undefined || (pipe instanceof IsoPipe && halted)) return "stall";
  pipe.halted = halted;
  return DONE;
}

/** TEST_MODE and the features of On-The-Go devices are refused: nobody measures signals here. */
function setDeviceFeature(plugged: PluggedDevice, feature: number, on: boolean): ControlAnswer {
  const isKnown =
    feature === DEVICE_REMOTE_WAKEUP
      ? !isSuper(plugged) && (attributes(plugged) & 0x20) !== 0
      : isSuper(plugged) && plugged.configurationValue !== 0 && SUPER_FEATURES.includes(feature);
  if (!isKnown) return "stall";
  if (on) plugged.features.add(feature);
  else plugged.features.delete(feature);
  return DONE;
}

const SUPER_FEATURES: readonly number[] = [U1_ENABLE, U2_ENABLE, LTM_ENABLE];

/** USB 2.0 has no features of interfaces; USB 3.2 §9.4.9 has FUNCTION_SUSPEND. The interface is the low byte. */
function setInterfaceFeature(plugged: PluggedDevice, { wValue, wIndex }: ControlSetup): ControlAnswer {
  return isSuper(plugged) && wValue === FUNCTION_SUSPEND && plugged.alternates.has(wIndex & 0xff)
    ? DONE
    : "stall";
}

/** Tells the frame in which an isochronous pattern begins (USB 2.0 §9.4.11). */
function synchFrame(plugged: PluggedDevice, address: number): ControlAnswer {
  if (!(plugged.endpoints.get(address)?.pipe instanceof IsoPipe)) return "stall";
  const { frameNumber } = plugged.clock;
  return Uint8Array.of(frameNumber & 0xff, frameNumber >> 8);
}

const isEndpointZero = (address: number): boolean => (address & 0x7f) === 0;
const isSuper = (plugged: PluggedDevice): boolean => plugged.speed >= SPEED_SUPER;

/** `bmAttributes` of the selected configuration, or of the first one while none is. */
function attributes(plugged: PluggedDevice): number {
  const { configurations } = plugged.device.descriptors;
  const selected = configurations.find((bytes) => bytes[5] === plugged.configurationValue);
  return (selected ?? configurations[0])?.[7] ?? 0;
}
