import type { Device } from "@tsusb/core";

/** A device with an endpoint that sends, or takes and checks, words of 32 bits that are their own numbers. */
export interface EveryByteTarget {
  /** `bEndpointAddress`. */
  readonly endpoint: number;
  /** Finds the device that is plugged now. */
  find(): Promise<Device>;
  /** Asks the device how many bytes have left it, or have come. @throws Error if one that came was wrong. */
  position(): Promise<number>;
  /** Resolves when the device is gone. */
  unplug(): Promise<void>;
  /** Resolves when it is there again and goes on where it was. */
  replug(): Promise<void>;
  /** Bytes on their way may be lost in an unplug, as between a USB/IP server and the kernel; those before them may not. */
  readonly losesOnUnplug?: boolean;
}

/** What {@link receiveEveryByte} and {@link sendEveryByte} are told. */
export interface EveryByteOptions {
  readonly target: EveryByteTarget;
  /** Decides of everything. */
  readonly seed: number;
  /** Bytes to move in all, at least. */
  readonly bytes: number;
  /** Bytes of the largest transfer, a power of two from 512 up. Default 1 MiB. */
  readonly largestTransfer?: number;
  /** Bytes that all transfers in flight may have together. Default 8 MiB, half of what Linux gives all of usbfs. */
  readonly inFlight?: number;
}

/** What happened, by kind; and the bytes. */
export interface EveryByteReport {
  bytes: number;
  rounds: number;
  readonly ends: Record<string, number>;
}

/** Takes the round's number and plan into the message, so that a failure can be played again. */
export function failure(seed: number, round: number, plan: object, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`seed ${seed}, round ${round} ${JSON.stringify(plan)}: ${reason}`, { cause: error });
}
