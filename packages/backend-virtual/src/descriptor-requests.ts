import {
  DESC_TYPE_BOS,
  DESC_TYPE_CONFIG,
  DESC_TYPE_DEVICE,
  DESC_TYPE_DEVICE_QUALIFIER,
  DESC_TYPE_OTHER_SPEED_CONFIGURATION,
  DESC_TYPE_STRING,
} from "@tsusb/core/backend";
import type { ControlAnswer } from "./declaration/control.js";
import type { PluggedDevice } from "./plugged-device.js";

/**
 * Answers GET_DESCRIPTOR to the device (USB 2.0 §9.4.3). A device that has only one speed refuses the qualifier and the
 * other speed's configurations (§9.6.2), as does one that runs at SuperSpeed (USB 3.2 §9.6.2).
 */
export function deviceDescriptor(
  plugged: PluggedDevice,
  type: number,
  index: number,
  langid: number,
): ControlAnswer {
  const { descriptors } = plugged.device;
  switch (type) {
    case DESC_TYPE_DEVICE:
      return descriptors.device;
    case DESC_TYPE_CONFIG:
      return descriptors.configurations[index] ?? "stall";
    case DESC_TYPE_STRING:
      return descriptors.string(index, langid) ?? "stall";
    case DESC_TYPE_DEVICE_QUALIFIER:
      return descriptors.qualifier ?? "stall";
    case DESC_TYPE_OTHER_SPEED_CONFIGURATION:
      return descriptors.otherSpeed[index] ?? "stall";
    case DESC_TYPE_BOS:
      return descriptors.bos ?? "stall";
    default:
      return "stall";
  }
}

/** Answers GET_DESCRIPTOR to an interface: class-specific descriptors (HID 1.11 §7.1.1) of the selected setting. */
export function interfaceDescriptor(
  plugged: PluggedDevice,
  type: number,
  interfaceNumber: number,
): ControlAnswer {
  const { classDescriptors = {}, extraDescriptors = [] } = plugged.alternate(interfaceNumber) ?? {};
  return classDescriptors[type] ?? extraDescriptors.find((bytes) => bytes[1] === type) ?? "stall";
}
