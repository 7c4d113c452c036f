import type { Device, Endpoint } from "@tsusb/core";
import type { Chance } from "./chance.js";
import type { EveryByteOptions, EveryByteTarget } from "./target.js";

/** How large a stream or sink is made. */
export interface QueueSizes {
  readonly transferSize: number;
  readonly transfers: number;
  readonly bufferSize: number;
}

/** Bytes that all transfers in flight may have together, where nothing is said: half of what Linux gives all of usbfs. */
export const USUAL_IN_FLIGHT = 8 << 20;

/** Chooses sizes. */
export function chooseSizes(
  chance: Chance,
  { largestTransfer = 1 << 20, inFlight = USUAL_IN_FLIGHT }: EveryByteOptions,
): QueueSizes {
  const transferSize = 512 << chance.below(Math.log2(largestTransfer / 512) + 1);
  return {
    transferSize,
    transfers: 1 + chance.below(Math.min(32, inFlight / transferSize)),
    bufferSize: Math.max(transferSize, chance.pick([0, 64 << 10, 2 << 20])),
  };
}

/** Finds the endpoint that is meant on a device that is open. @throws Error if it has none of that address. */
export function endpointOf(device: Device, target: EveryByteTarget): Endpoint {
  const found = device.configurations
    .flatMap((each) => each.interfaces)
    .flatMap((each) => each.endpoints)
    .find(({ bEndpointAddress }) => bEndpointAddress === target.endpoint);
  if (found === undefined) throw new Error(`the device has no endpoint ${target.endpoint}`);
  return found;
}
