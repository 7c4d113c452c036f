/**
 * The suite that every backend of tsusb must pass, for vitest.
 *
 * @packageDocumentation
 */
export { type BenchmarkDeviceIdentity, benchmarkDeviceUnderTest } from "./benchmark-device.js";
export { type ConformanceSetup, describeBackend } from "./describe-backend.js";
export { describeDeviceModel } from "./describe-device-model.js";
export type * from "./device-under-test.js";
export { receiveEveryByte } from "./every-byte/receive-every-byte.js";
export { sendEveryByte } from "./every-byte/send-every-byte.js";
export type { EveryByteOptions, EveryByteReport, EveryByteTarget } from "./every-byte/target.js";
export { type GadgetZeroIdentity, gadgetZeroUnderTest } from "./gadget-zero.js";
export { splitSystemDescriptors } from "./system-descriptors.js";
