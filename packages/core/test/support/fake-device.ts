import type { BackendDevice, ControlSetup } from "@tsusb/core/backend";
import type { FakeTransfer, Outcome } from "./fake-transfer.js";

/**
 * What an endpoint does with a transfer.
 *
 * - `"silent"`: nothing; the test ends it through {@link FakeBackend.pending}, or its timeout does.
 * - `"loopback"`: what is written to 0x01 is read from 0x81, one transfer each.
 * - `"stall"`: refuses.
 * - `"sink"`: takes everything.
 * - a function: gives the outcome, or `undefined` to stay silent.
 */
export type Behaviour =
  | "silent"
  | "loopback"
  | "stall"
  | "sink"
  | ((transfer: FakeTransfer) => Outcome | undefined);

/** What a fake device is made of. */
export interface FakeDeviceOptions extends Partial<BackendDevice> {
  /** Bytes of the device descriptor, or the error that reading it gives. */
  readonly descriptor?: Uint8Array | Error;
  /** Bytes of each configuration, or the error that reading it gives. */
  readonly configurations?: readonly (Uint8Array | Error)[];
  /** Strings by index, in US English. */
  readonly strings?: Readonly<Record<number, string>>;
  /** By `bEndpointAddress`; what is not named is `"silent"`. */
  readonly endpoints?: Readonly<Record<number, Behaviour>>;
  /** Answers control requests that are no GET_DESCRIPTOR; `undefined` stalls. */
  readonly control?: (setup: ControlSetup, data: Uint8Array | undefined) => Outcome | undefined;
  /** Names of system drivers by `bInterfaceNumber`. */
  readonly drivers?: Readonly<Record<number, string>>;
}

let made = 0;

/** A device of the fake backend. Its list fields are those of {@link BackendDevice}, as given. */
export class FakeDevice implements BackendDevice {
  readonly key: string;
  declare readonly bus?: number | undefined;
  declare readonly address?: number | undefined;
  declare readonly portNumbers?: readonly number[] | undefined;
  declare readonly speed?: number | undefined;
  declare readonly idVendor?: number | undefined;
  declare readonly idProduct?: number | undefined;
  readonly descriptor: Uint8Array | Error;
  readonly configurations: readonly (Uint8Array | Error)[];
  readonly strings: Map<number, string>;
  readonly endpoints: Map<number, Behaviour>;
  readonly drivers: Map<number, string>;
  readonly control: FakeDeviceOptions["control"];
  /** Written to an endpoint and not yet read, by endpoint number. */
  readonly loops = new Map<number, Uint8Array[]>();
  configurationValue = 1;

  constructor(options: FakeDeviceOptions = {}) {
    const { descriptor, configurations, strings, endpoints, drivers, control, key, ...listed } = options;
    this.key = key ?? `fake-${++made}`;
    Object.assign(this, listed);
    this.descriptor = descriptor ?? new Error("no descriptor");
    this.configurations = configurations ?? [];
    this.strings = byNumber(strings);
    this.endpoints = byNumber(endpoints);
    this.drivers = byNumber(drivers);
    this.control = control;
  }
}

function byNumber<T>(values: Readonly<Record<number, T>> = {}): Map<number, T> {
  return new Map(Object.entries(values).map(([key, value]) => [Number(key), value]));
}
