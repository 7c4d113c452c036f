import type { ControlSetup } from "@tsusb/core/backend";
import type { ControlAnswer } from "./declaration.js";
import type { PluggedDevice } from "./plugged-device.js";

// Standard requests, features and descriptor types. Source: USB 2.0 §9.4, Tables 9-4 to 9-6.
const GET_STATUS = 0;
const CLEAR_FEATURE = 1;
const SET_FEATURE = 3;
const GET_DESCRIPTOR = 6;
const GET_CONFIGURATION = 8;
const SET_CONFIGURATION = 9;
const GET_INTERFACE = 10;
const SET_INTERFACE = 11;
const ENDPOINT_HALT = 0;
const DEVICE_REMOTE_WAKEUP = 1;
const DEVICE = 1;
const CONFIGURATION = 2;
const STRING = 3;
const BOS = 15;

const TO_DEVICE = 0x00;
const TO_INTERFACE = 0x01;
const TO_ENDPOINT = 0x02;
const IN = 0x80;

const DONE: ControlAnswer = undefined;

/** Answers a standard request as a device does; what it does not know, or may not do now, it refuses. */
export function answerStandardRequest(plugged: PluggedDevice, setup: ControlSetup): ControlAnswer {
  const { bmRequestType, bRequest, wValue, wIndex } = setup;
  switch ((bmRequestType << 8) | bRequest) {
    case ((IN | TO_DEVICE) << 8) | GET_STATUS:
      return Uint8Array.of((isSelfPowered(plugged) ? 1 : 0) | (plugged.remoteWakeup ? 2 : 0), 0);
    case ((IN | TO_INTERFACE) << 8) | GET_STATUS:
      return plugged.alternates.has(wIndex) ? Uint8Array.of(0, 0) : "stall";
    case ((IN | TO_ENDPOINT) << 8) | GET_STATUS: {
      const halted = isEndpointZero(wIndex) ? false : plugged.endpoints.get(wIndex)?.pipe.halted;
      return halted === undefined ? "stall" : Uint8Array.of(halted ? 1 : 0, 0);
    }
    case (TO_DEVICE << 8) | SET_FEATURE:
    case (TO_DEVICE << 8) | CLEAR_FEATURE:
      return setRemoteWakeup(plugged, wValue, bRequest === SET_FEATURE);
    case (TO_ENDPOINT << 8) | SET_FEATURE:
    case (TO_ENDPOINT << 8) | CLEAR_FEATURE:
      return setHalt(plugged, setup, bRequest === SET_FEATURE);
    case ((IN | TO_DEVICE) << 8) | GET_DESCRIPTOR:
      return descriptor(plugged, wValue >> 8, wValue & 0xff, wIndex);
    case ((IN | TO_DEVICE) << 8) | GET_CONFIGURATION:
      return Uint8Array.of(plugged.configurationValue);
    case (TO_DEVICE << 8) | SET_CONFIGURATION:
      return plugged.selectConfiguration(wValue & 0xff) ? DONE : "stall";
    case ((IN | TO_INTERFACE) << 8) | GET_INTERFACE: {
      const setting = plugged.alternates.get(wIndex);
      return setting === undefined ? "stall" : Uint8Array.of(setting);
    }
    case (TO_INTERFACE << 8) | SET_INTERFACE:
      return plugged.selectAlternate(wIndex, wValue) ? DONE : "stall";
    default:
      return "stall";
  }
}

function descriptor(plugged: PluggedDevice, type: number, index: number, langid: number): ControlAnswer {
  const { descriptors } = plugged.device;
  if (type === DEVICE) return descriptors.device;
  if (type === CONFIGURATION) return descriptors.configurations[index] ?? "stall";
  if (type === BOS) return descriptors.bos ?? "stall";
  if (type !== STRING || descriptors.strings.length < 2) return "stall";
  if (index === 0) return stringDescriptor(descriptors.langids);
  const text = descriptors.langids.includes(langid) ? descriptors.strings[index] : undefined;
  return text === undefined ? "stall" : stringDescriptor([...codeUnits(text)]);
}

/** A string descriptor holds at most 126 UTF-16 code units (USB 2.0 §9.6.7). */
function stringDescriptor(units: readonly number[]): Uint8Array {
  const kept = units.slice(0, 126);
  return Uint8Array.of(2 + 2 * kept.length, STRING, ...kept.flatMap((unit) => [unit & 0xff, unit >> 8]));
}

function* codeUnits(text: string): Iterable<number> {
  for (let index = 0; index < text.length; index++) yield text.charCodeAt(index);
}

function setHalt(plugged: PluggedDevice, setup: ControlSetup, halted: boolean): ControlAnswer {
  if (setup.wValue !== ENDPOINT_HALT) return "stall";
  if (isEndpointZero(setup.wIndex)) return DONE;
  const endpoint = plugged.endpoints.get(setup.wIndex);
  if (endpoint === undefined) return "stall";
  endpoint.pipe.halted = halted;
  return DONE;
}

function setRemoteWakeup(plugged: PluggedDevice, feature: number, on: boolean): ControlAnswer {
  if (feature !== DEVICE_REMOTE_WAKEUP || (attributes(plugged) & 0x20) === 0) return "stall";
  plugged.remoteWakeup = on;
  return DONE;
}

const isEndpointZero = (address: number): boolean => (address & 0x7f) === 0;
const isSelfPowered = (plugged: PluggedDevice): boolean => (attributes(plugged) & 0x40) !== 0;

/** `bmAttributes` of the selected configuration, or of the first one while none is. */
function attributes(plugged: PluggedDevice): number {
  const { configurations } = plugged.device.descriptors;
  const selected = configurations.find((bytes) => bytes[5] === plugged.configurationValue);
  return (selected ?? configurations[0])?.[7] ?? 0;
}
