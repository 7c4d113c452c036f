/** A device under the addon's number of it. */
export interface NumberedDevice {
  /** Never used again in its context. */
  readonly id: number;
}

/** What an addon lists: the numbers of all devices, and the records of those that were not listed before. */
export interface DeviceListing<Native extends NumberedDevice> {
  readonly ids: readonly number[];
  readonly added: readonly Native[];
}

/** What a watch tells. */
export interface DeviceListEvent<Device> {
  readonly type: "plug" | "unplug";
  readonly device: Device;
}

/** The devices that are plugged, as far as we know: the same object for the same device. */
export class DeviceList<Native extends NumberedDevice, Device extends NumberedDevice> {
  readonly #make: (native: Native) => Device;
  readonly #devices = new Map<number, Device>();
  readonly #listeners = new Set<(event: DeviceListEvent<Device>) => void>();

  /** @param make - Makes the object of a device that was not known. */
  constructor(make: (native: Native) => Device) {
    this.#make = make;
  }

  /** Takes over what the library lists now, and forgets the others. */
  update({ ids, added }: DeviceListing<Native>): readonly Device[] {
    for (const device of added) this.know(device);
    const present = new Set(ids);
    for (const id of this.#devices.keys()) if (!present.has(id)) this.#devices.delete(id);
    return [...this.#devices.values()];
  }

  /** The object of a device, made if need be. */
  know(native: Native): Device {
    let device = this.#devices.get(native.id);
    if (device === undefined) {
      device = this.#make(native);
      this.#devices.set(native.id, device);
    }
    return device;
  }

  /** Whether the device is still plugged, as far as we know. */
  has(device: Device): boolean {
    return this.#devices.get(device.id) === device;
  }

  /** A device has come. */
  plugged(native: Native): void {
    this.#tell({ type: "plug", device: this.know(native) });
  }

  /** A device has gone. */
  unplugged(id: number): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    this.#devices.delete(id);
    this.#tell({ type: "unplug", device });
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  watch(listener: (event: DeviceListEvent<Device>) => void): void {
    this.#listeners.add(listener);
  }

  unwatch(listener: (event: DeviceListEvent<Device>) => void): void {
    this.#listeners.delete(listener);
  }

  #tell(event: DeviceListEvent<Device>): void {
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
