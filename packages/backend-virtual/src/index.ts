/**
 * USB devices written in TypeScript, behind the contract of every backend: for tests and demos. Importing it registers
 * the backend `virtual`, which core chooses only when it is named or passed.
 *
 * @packageDocumentation
 */
import { registerBackend } from "@tsusb/core/backend";
import { getBackend } from "./get-backend.js";

export { VirtualBackend } from "./backend.js";
export { echoTo, silent, sink, source } from "./behaviour/logic.js";
export type { RecordedRequest } from "./behaviour/records.js";
export { VirtualBus } from "./bus.js";
export type * from "./declaration/conduct.js";
export type * from "./declaration/configuration.js";
export type * from "./declaration/control.js";
export type * from "./declaration/declaration.js";
export type * from "./declaration/endpoint.js";
export type * from "./declaration/text.js";
export type { DescriptorSet } from "./descriptors/descriptor-set.js";
export { VirtualDevice } from "./device.js";
export { type BenchmarkDeviceOptions, benchmarkDevice } from "./devices/benchmark-device.js";
export {
  CdcAcmPort,
  type CdcAcmPortOptions,
  type ControlLines,
  cdcAcmPort,
  type LineCoding,
  type SerialState,
} from "./devices/cdc-acm-port.js";
export { type GadgetZeroOptions, gadgetZero } from "./devices/gadget-zero.js";
export {
  HidKeyboard,
  type HidKeyboardOptions,
  hidKeyboard,
  type KeyboardLeds,
} from "./devices/hid-keyboard.js";
export { MassStorage, type MassStorageOptions, massStorage } from "./devices/mass-storage.js";
export { getBackend, type VirtualBackendOptions } from "./get-backend.js";

registerBackend({ name: "virtual", apiVersion: 1, packageName: "@tsusb/backend-virtual", getBackend });
