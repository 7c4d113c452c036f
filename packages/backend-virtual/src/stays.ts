import type { VirtualDevice } from "./device.js";
import type { PluggedDevice } from "./plugged-device.js";

/** The stay on a bus of each device that is plugged in: what the device's own code must not reach. */
export const stays = new WeakMap<VirtualDevice, PluggedDevice>();
