import type { BackendDeviceEvent } from "@tsusb/core/backend";
import { LibUsb1Device } from "./device.js";
import type { NativeDevice, NativeListing } from "./native.js";

/** The devices that are plugged, as far as we know: the same object for the same device. */
export class DeviceList {
  readonly #keyPrefix: string;
  readonly #devices = new Map<number, LibUsb1Device>();
  readonly #wrapped = new WeakSet<LibUsb1Device>();
  readonly #listeners = new Set<(event: BackendDeviceEvent) => void>();

  constructor(keyPrefix: string) {
    this.#keyPrefix = keyPrefix;
  }

  /** Takes over what libusb lists now, and forgets the others. */
  update({ ids, added }: NativeListing): readonly LibUsb1Device[] {
    for (const device of added) this.know(device);
    const present = new Set(ids);
    for (const id of this.#devices.keys()) if (!present.has(id)) this.#devices.delete(id);
    return [...this.#devices.values()];
  }

  /** The object of a device, made if need be. */
  know(native: NativeDevice): LibUsb1Device {
    let device = this.#devices.get(native.id);
    if (device === undefined) {
      device = new LibUsb1Device(native, this.#keyPrefix);
      this.#devices.set(native.id, device);
    }
    return device;
  }

  /** The object of a device that somebody else opened, which no listing shows. */
  wrapped(native: NativeDevice): LibUsb1Device {
    const device = new LibUsb1Device(native, this.#keyPrefix);
    this.#wrapped.add(device);
    return device;
  }

  /** Whether the device is still plugged, as far as we know. */
  has(device: LibUsb1Device): boolean {
    return this.#devices.get(device.id) === device || this.#wrapped.has(device);
  }

  plugged(native: NativeDevice): void {
    this.#tell({ type: "plug", device: this.know(native) });
  }

  unplugged(id: number): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    this.#devices.delete(id);
    this.#tell({ type: "unplug", device });
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  watch(listener: (event: BackendDeviceEvent) => void): void {
    this.#listeners.add(listener);
  }

  unwatch(listener: (event: BackendDeviceEvent) => void): void {
    this.#listeners.delete(listener);
  }

  #tell(event: BackendDeviceEvent): void {
    for (const listener of this.#listeners) callSafely(() => listener(event));
  }
}

/** Calls a user's function in the middle of our work: what it throws is an uncaught exception of its own. */
export function callSafely(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
