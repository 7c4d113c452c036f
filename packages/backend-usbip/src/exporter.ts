import type { BackendDevice, IBackend } from "@tsusb/core/backend";
import { USBError } from "@tsusb/core/backend";
import { type DevicePlace, type ExportedDevice, readExportedDevice } from "./exported-device.js";
import { ImportedDevice } from "./imported-device.js";
import { ST_DEV_BUSY, ST_DEV_ERR, ST_NODEV } from "./protocol.js";

/** An import that is refused, with what the client is told. */
export class ImportRefusal extends Error {
  override readonly name = "ImportRefusal";
  /** One of the `ST_*` constants. */
  readonly status: number;

  constructor(message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** The devices of a backend that clients may have, and which of them one has. */
export class Exporter {
  readonly #backend: IBackend;
  readonly #filter: (device: BackendDevice) => boolean;
  /** By key: numbers of devices whose backend knows no address. */
  readonly #numbers = new Map<string, number>();
  #lastNumber = 0;
  /** Keys of the devices that a client has, or is about to have. */
  readonly #taken = new Set<string>();
  /** By key: settles when the device can be had again. */
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(backend: IBackend, filter: (device: BackendDevice) => boolean) {
    this.#backend = backend;
    this.#filter = filter;
  }

  /** Lists what can be had. A device that cannot be read does not spoil the list. I/O: asks the operating system. */
  async list(): Promise<readonly ExportedDevice[]> {
    const exported: ExportedDevice[] = [];
    for (const [device, place] of await this.#places()) {
      const each = await readExportedDevice(this.#backend, device, place).catch(() => undefined);
      if (each !== undefined) exported.push(each);
    }
    return exported;
  }

  /**
   * Opens a device for a client; waits while one that has just left still gives it back.
   *
   * @throws ImportRefusal if there is no such device, a client has it, or the backend cannot open it.
   */
  async import(busid: string): Promise<ImportedDevice> {
    const exported = await this.#find(busid);
    const { key } = exported.device;
    while (this.#leaving.has(key)) await this.#leaving.get(key);
    if (this.#taken.has(key)) throw new ImportRefusal("another client has it", ST_DEV_BUSY);
    this.#taken.add(key);
    try {
      return await ImportedDevice.open(this.#backend, exported);
    } catch (error) {
      this.#taken.delete(key);
      throw refusalOf(error);
    }
  }

  /** Lets the next client have a device. @param close - Gives it back to the backend. */
  async release({ exported }: ImportedDevice, close: () => Promise<void>): Promise<void> {
    const { key } = exported.device;
    const left = close().finally(() => {
      this.#taken.delete(key);
      this.#leaving.delete(key);
    });
    this.#leaving.set(
      key,
      left.catch(() => undefined),
    );
    await left;
  }

  async #find(busid: string): Promise<ExportedDevice> {
    for (const [device, place] of await this.#places()) {
      if (place.busid !== busid) continue;
      try {
        const exported = await readExportedDevice(this.#backend, device, place);
        if (exported !== undefined) return exported;
      } catch (error) {
        throw refusalOf(error);
      }
    }
    throw new ImportRefusal("there is no such device", ST_NODEV);
  }

  async #places(): Promise<ReadonlyMap<BackendDevice, DevicePlace>> {
    const devices = await this.#backend.enumerateDevices();
    const keys = new Set(devices.map(({ key }) => key));
    for (const key of this.#numbers.keys()) if (!keys.has(key)) this.#numbers.delete(key);
    return new Map(devices.filter(this.#filter).map((device) => [device, this.#placeOf(device)]));
  }

  /** As Linux names devices: bus and ports; where there are none, bus and address. */
  #placeOf({ key, bus = 1, address, portNumbers = [] }: BackendDevice): DevicePlace {
    const devnum = address ?? this.#numberOf(key);
    const way = portNumbers.length > 0 ? portNumbers.join(".") : String(devnum);
    return { busid: `${bus}-${way}`, busnum: bus & 0xffff, devnum: devnum & 0xffff };
  }

  #numberOf(key: string): number {
    const number = this.#numbers.get(key) ?? ++this.#lastNumber;
    this.#numbers.set(key, number);
    return number;
  }
}

function refusalOf(error: unknown): ImportRefusal {
  const code = USBError.is(error) ? error.code : undefined;
  const status = code === "EBUSY" ? ST_DEV_BUSY : code === "ENODEV" ? ST_NODEV : ST_DEV_ERR;
  return new ImportRefusal(String(error), status, error);
}
