/**
 * USB devices written in TypeScript, behind the contract of every backend: for tests and demos. Importing it registers
 * the backend `virtual`, which core chooses only when it is named or passed.
 *
 * @packageDocumentation
 */
import { registerBackend } from "@tsusb/core/backend";
import { getBackend } from "./get-backend.js";

export { VirtualBackend } from "./backend.js";
export { VirtualBus } from "./bus.js";
export type * from "./declaration.js";
export type { DescriptorSet } from "./descriptor-set.js";
export { VirtualDevice } from "./device.js";
export { type GadgetZeroOptions, gadgetZero } from "./gadget-zero.js";
export { getBackend, type VirtualBackendOptions } from "./get-backend.js";
export { echoTo, silent, sink, source } from "./logic.js";

registerBackend({ name: "virtual", apiVersion: 1, packageName: "@tsusb/backend-virtual", getBackend });
