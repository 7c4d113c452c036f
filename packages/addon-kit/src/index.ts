/**
 * What the native backends of tsusb share: where the C++ headers lie, and the TypeScript side of what they do.
 *
 * @packageDocumentation
 */
import { fileURLToPath } from "node:url";

export {
  callSafely,
  DeviceList,
  type DeviceListEvent,
  type DeviceListing,
  type NumberedDevice,
} from "./device-list.js";
export { InFlight, type InFlightTransfer } from "./in-flight.js";
export { Instances } from "./instances.js";
export {
  checkLibraryOptions,
  type LibraryOptions,
  logLevelOf,
  sameLibraryOptions,
} from "./library-options.js";
export { loadAddon } from "./load-addon.js";
export { type LibraryNative, NativeLibrary } from "./native-library.js";
export { type CompletionReceiver, type Ended, Operations } from "./operations.js";
export { Slot, SlotPool, type SlotSource, type SlotUser } from "./slot-pool.js";
export {
  cutSystemDescriptors,
  type DescriptorFacts,
  factsOfDescriptor,
  nodePath,
  type SystemDescriptors,
} from "./system-device.js";
export {
  dataSize,
  isIn,
  type PacketBytes,
  SETUP_SIZE,
  type TransferBytes,
  writePackets,
  writeSetup,
} from "./transfer-bytes.js";

export {
  type PacketOutcome,
  resultOf,
  type SlotResult,
  slotSize,
  type TransferOutcome,
} from "./transfer-result.js";

/** The directory that `#include "tsusb/…"` starts from. */
export const includeDirectory: string = fileURLToPath(new URL("../include", import.meta.url));

/** The file that an addon's `binding.gyp` includes: `"includes": ["<this path, relative>"]`. */
export const gypi: string = fileURLToPath(new URL("../addon.gypi", import.meta.url));
