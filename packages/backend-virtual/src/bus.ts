import type { BackendDevice, BackendDeviceEvent } from "@tsusb/core/backend";
import { recordsOf } from "./behaviour/records.js";
import type { VirtualDevice } from "./device.js";
import { FrameClock } from "./pipes/frame-clock.js";
import { PluggedDevice } from "./plugged-device.js";
import { stays } from "./stays.js";

// Identities are never used again in a process, whatever bus they were on.
let identities = 0;

/** A place to plug virtual devices into. */
export class VirtualBus {
  /** Number of the bus, as devices tell it. */
  readonly number: number;
  readonly #plugged = new Map<VirtualDevice, PluggedDevice>();
  readonly #listeners = new Set<(event: BackendDeviceEvent) => void>();
  readonly #clock = new FrameClock();
  #lastAddress = 0;

  /** @param number - Number of the bus; default 1. */
  constructor(number = 1) {
    this.number = number;
  }

  /** The devices that are plugged in, in the order of plugging. */
  get devices(): readonly VirtualDevice[] {
    return [...this.#plugged.keys()];
  }

  /**
   * Plugs a device in. It gets the lowest free port and the next free address, as on a real bus.
   *
   * @returns The device.
   * @throws RangeError if it is plugged in already, or if the bus has its 127 devices.
   */
  plug<D extends VirtualDevice>(device: D): D {
    if (device.isPlugged) throw new RangeError("the device is plugged in already; unplug it first");
    if (this.#plugged.size === 127)
      throw new RangeError("the bus has 127 devices, which is all that it can have");
    const plugged = new PluggedDevice(device, {
      key: `virtual-${++identities}`,
      bus: this.number,
      address: this.#nextAddress(),
      port: this.#freePort(),
      clock: this.#clock,
      unplug: () => this.unplug(device),
    });
    this.#plugged.set(device, plugged);
    stays.set(device, plugged);
    recordsOf(device).clear();
    device.declaration.onReset?.(device);
    this.#tell({ type: "plug", device: plugged });
    return device;
  }

  /** Unplugs a device: what is in flight ends, open handles are dead. Nothing happens if it is not on this bus. */
  unplug(device: VirtualDevice): void {
    const plugged = this.#plugged.get(device);
    if (plugged === undefined) return;
    this.#plugged.delete(device);
    stays.delete(device);
    plugged.unplug();
    this.#tell({ type: "unplug", device: plugged });
  }

  /** Unplugs every device. */
  reset(): void {
    for (const device of this.devices) this.unplug(device);
  }

  /** Lists the devices as a backend sees them, in the order of plugging. */
  list(): readonly BackendDevice[] {
    return [...this.#plugged.values()];
  }

  /**
   * Tells of every plug and unplug from now on, before the call that did it returns.
   *
   * @returns A function that ends it.
   */
  listen(listener: (event: BackendDeviceEvent) => void): () => void {
    const entry = (event: BackendDeviceEvent) => listener(event);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  #tell(event: BackendDeviceEvent): void {
    for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) listener(event);
  }

  #nextAddress(): number {
    const used = new Set([...this.#plugged.values()].map(({ address }) => address));
    do this.#lastAddress = (this.#lastAddress % 127) + 1;
    while (used.has(this.#lastAddress));
    return this.#lastAddress;
  }

  #freePort(): number {
    const used = new Set([...this.#plugged.values()].map(({ portNumbers }) => portNumbers[0]));
    let port = 1;
    while (used.has(port)) port++;
    return port;
  }
}
