import type { BackendDevice } from "../contract/backend-device.js";
import { USBError } from "../errors.js";
import {
  BOS_DESCRIPTOR_SIZE,
  CTRL_IN,
  DESC_TYPE_BOS,
  DESC_TYPE_STRING,
  MAX_STRING_LENGTH,
  REQ_GET_DESCRIPTOR,
} from "../usb/constants.js";
import type { BOSDescriptor } from "../usb/descriptors.js";
import { wordAt } from "../usb/little-endian.js";
import { parseBOS } from "../usb/parse-bos.js";
import { parseLangids, parseStringDescriptor } from "../usb/strings.js";
import type { Device, DeviceStrings } from "./device.js";
import { kResources } from "./internals.js";

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
    for (const name of ["manufacturer", "product", "serialNumber"] as const)
      this.#known[name] ??= strings[name];
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
    return parseStringDescriptor(
      await this.#descriptor(DESC_TYPE_STRING, index, language, MAX_STRING_LENGTH),
      index,
    ).text;
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
      // Without a language there is no string either, whatever the index says.
      if (!refused(error) && !(USBError.is(error) && error.code === "ENOENT")) throw error;
    }
  }

  async #readLangids(): Promise<readonly number[]> {
    try {
      return parseLangids(await this.#descriptor(DESC_TYPE_STRING, 0, 0, MAX_STRING_LENGTH));
    } catch (error) {
      // A device without strings refuses: it has no languages then.
      if (refused(error)) return [];
      throw error;
    }
  }

  async #readBOS(): Promise<BOSDescriptor | undefined> {
    let header: Uint8Array;
    try {
      header = await this.#descriptor(DESC_TYPE_BOS, 0, 0, BOS_DESCRIPTOR_SIZE);
    } catch (error) {
      if (refused(error)) return undefined;
      throw error;
    }
    const total = wordAt(header, 2);
    if (header.length < BOS_DESCRIPTOR_SIZE || total <= BOS_DESCRIPTOR_SIZE) return parseBOS(header);
    return parseBOS(await this.#descriptor(DESC_TYPE_BOS, 0, 0, total));
  }

  #descriptor(type: number, index: number, langid: number, length: number): Promise<Uint8Array> {
    return this.#device.ctrlTransfer(CTRL_IN, REQ_GET_DESCRIPTOR, (type << 8) | index, langid, length);
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
