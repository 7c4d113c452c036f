import type { BackendDevice } from "../contract/backend-device.js";
import { USBError } from "../errors.js";
import type { BOSDescriptor } from "../usb/descriptors.js";
import { parseBOS } from "../usb/parse-bos.js";
import { parseLangids, parseStringDescriptor } from "../usb/strings.js";
import type { Device, DeviceStrings } from "./device.js";
import { kResources } from "./internals.js";

// USB 2.0 §9.4.3 and Table 9-5; BOS: USB 3.2 Table 9-6.
const GET_DESCRIPTOR = 0x06;
const DEVICE_TO_HOST = 0x80;
const STRING = 0x03;
const BOS = 0x0f;

/** As many bytes of a string as can be asked for without upsetting devices that mishandle 255, as PyUSB and libusb do. */
const LONGEST_STRING = 254;

/** Reads a device's strings and its BOS, and keeps what was read. */
export class DeviceStringCache {
  readonly #device: Device;
  readonly #known: { -readonly [name in keyof DeviceStrings]: string | undefined };
  #langids: Promise<readonly number[]> | undefined;
  #bos: Promise<BOSDescriptor | undefined> | undefined;

  constructor(device: Device, listed: BackendDevice) {
    this.#device = device;
    this.#known = {
      manufacturer: listed.manufacturer,
      product: listed.product,
      serialNumber: listed.serialNumber,
    };
  }

  known(name: keyof DeviceStrings): string | undefined {
    return this.#known[name];
  }

  /** Takes strings that were read through another handle of the same device. */
  remember(strings: DeviceStrings): void {
    for (const name of ["manufacturer", "product", "serialNumber"] as const) this.#known[name] ??= strings[name];
  }

  langids(): Promise<readonly number[]> {
    this.#langids ??= this.#keepUnlessFailed(this.#readLangids(), () => {
      this.#langids = undefined;
    });
    return this.#langids;
  }

  async read(index: number, langid?: number): Promise<string | undefined> {
    if (index === 0) return undefined;
    const language = langid ?? (await this.langids())[0];
    if (language === undefined) {
      throw this.#device[kResources].error(
        "ENOENT",
        `string ${index} cannot be read: the device names no language`,
        "pass a langid, such as 0x0409 for US English",
      );
    }
    return parseStringDescriptor(await this.#descriptor(STRING, index, language, LONGEST_STRING), index).text;
  }

  /** Reads the strings of the device descriptor. One that the device refuses stays unknown. */
  async readAll(): Promise<DeviceStrings> {
    const { iManufacturer, iProduct, iSerialNumber } = this.#device;
    await this.#readKnown("manufacturer", iManufacturer);
    await this.#readKnown("product", iProduct);
    await this.#readKnown("serialNumber", iSerialNumber);
    return { ...this.#known };
  }

  readBOS(): Promise<BOSDescriptor | undefined> {
    this.#bos ??= this.#keepUnlessFailed(this.#readBOS(), () => {
      this.#bos = undefined;
    });
    return this.#bos;
  }

  async #readKnown(name: keyof DeviceStrings, index: number): Promise<void> {
    if (index === 0) return;
    try {
      this.#known[name] = (await this.read(index)) ?? this.#known[name];
    } catch (error) {
      if (!refused(error)) throw error;
    }
  }

  async #readLangids(): Promise<readonly number[]> {
    try {
      return parseLangids(await this.#descriptor(STRING, 0, 0, LONGEST_STRING));
    } catch (error) {
      // A device without strings refuses: it has no languages then.
      if (refused(error)) return [];
      throw error;
    }
  }

  async #readBOS(): Promise<BOSDescriptor | undefined> {
    // USB 3.2 §9.6.2: the header is five bytes, with the length of all in bytes 2 and 3.
    const headerLength = 5;
    let header: Uint8Array;
    try {
      header = await this.#descriptor(BOS, 0, 0, headerLength);
    } catch (error) {
      if (refused(error)) return undefined;
      throw error;
    }
    const total = (header[2] ?? 0) | ((header[3] ?? 0) << 8);
    if (header.length < headerLength || total <= headerLength) return parseBOS(header);
    return parseBOS(await this.#descriptor(BOS, 0, 0, total));
  }

  #descriptor(type: number, index: number, langid: number, length: number): Promise<Uint8Array> {
    return this.#device.ctrlTransfer(DEVICE_TO_HOST, GET_DESCRIPTOR, (type << 8) | index, langid, length);
  }

  async #keepUnlessFailed<T>(value: Promise<T>, drop: () => void): Promise<T> {
    try {
      return await value;
    } catch (error) {
      drop();
      throw error;
    }
  }
}

/** A stall is how a device says that it has no such descriptor. */
function refused(error: unknown): boolean {
  return USBError.is(error) && error.code === "EPIPE";
}
