import { type Device, find, type IBackend } from "@tsusb/core";
import type { DeviceControl, DevicePart, DeviceUnderTest, Place } from "./device-under-test.js";

/** What a case about `Device` is given: a backend of its own, so that no object has a past. */
export class ModelContext {
  readonly backend: IBackend;
  readonly deviceUnderTest: DeviceUnderTest;
  readonly #control: DeviceControl | undefined;
  readonly #found = new Set<Device>();

  constructor(backend: IBackend, deviceUnderTest: DeviceUnderTest, control: DeviceControl | undefined) {
    this.backend = backend;
    this.deviceUnderTest = deviceUnderTest;
    this.#control = control;
  }

  /** Filter that finds the device under test and no other. */
  get filter() {
    const { idVendor, idProduct, strings } = this.deviceUnderTest;
    return { backend: this.backend, idVendor, idProduct, serialNumber: strings.serialNumber } as const;
  }

  /** Finds the device under test, as a program does. */
  readonly find = async (): Promise<Device> => {
    const device = await find(this.filter);
    if (device === undefined) throw new Error("find gives no device where the backend lists one");
    this.#found.add(device);
    return device;
  };

  /** Finds it and selects what a place needs. */
  readonly use = async (place: Place): Promise<Device> => {
    const device = await this.find();
    const active = await device.getActiveConfiguration();
    if (active?.bConfigurationValue !== place.configurationValue)
      await device.setConfiguration(place.configurationValue);
    await device.setInterfaceAltsetting(place.interfaceNumber, place.alternateSetting);
    return device;
  };

  /** A part of the device; the case names it in its `parts`. */
  part<K extends DevicePart>(name: K): NonNullable<DeviceUnderTest[K]> {
    const part = this.deviceUnderTest[name];
    if (part === undefined) throw new Error(`the case uses ${name} and does not name it in its parts`);
    return part;
  }

  /** Closes what the case found. */
  async tidy(): Promise<void> {
    for (const device of this.#found) await device.close();
  }

  /** The hand on the plug; the case says that it needs it. */
  get control(): DeviceControl {
    if (this.#control === undefined)
      throw new Error("the case uses control and does not say that it needs it");
    return this.#control;
  }
}
