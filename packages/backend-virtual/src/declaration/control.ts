import type { ControlSetup } from "@tsusb/core/backend";
import type { VirtualDevice } from "../device.js";

/**
 * What a device answers to a control request: the bytes of an IN request (cut to `wLength`), `undefined` for "done, no
 * bytes", or `"stall"` for a refusal.
 */
export type ControlAnswer = Uint8Array | "stall" | undefined;

/**
 * Answers what the standard requests of USB 2.0 §9.4 do not cover: vendor and class requests.
 *
 * @param data - OUT: the bytes of the data stage, which belong to the device. IN: empty.
 */
export type ControlHandler = (
  setup: ControlSetup,
  data: Uint8Array,
  device: VirtualDevice,
) => ControlAnswer | Promise<ControlAnswer>;

/** One row of a table of control requests. */
export interface ControlEntry {
  readonly bmRequestType: number;
  readonly bRequest: number;
  /** Default: any. */
  readonly wValue?: number | undefined;
  /** Default: any. */
  readonly wIndex?: number | undefined;
  /** The answer itself, or what makes it; default: done, no bytes. */
  readonly answer?: ControlAnswer | ControlHandler;
}

/**
 * Answers standard requests before the device's own code does, to play a device that lies or refuses.
 *
 * @returns The answer, or `"default"` for what a sound device would answer.
 */
export type StandardHandler = (setup: ControlSetup, device: VirtualDevice) => ControlAnswer | "default";
