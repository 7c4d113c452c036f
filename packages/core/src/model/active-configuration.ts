import { brokenBackend, callBackend } from "../contract/call-backend.js";
import { show } from "../usb/check-integer.js";
import type { Configuration } from "./configuration.js";
import type { DeviceLife } from "./device-life.js";
import type { Interface } from "./interface.js";
import { list } from "./list.js";

/** Knows which configuration is active, asks if it does not, and looks interfaces up in it. */
export class ActiveConfiguration {
  readonly #life: DeviceLife;
  #configurations: readonly Configuration[];
  /** `undefined`: not asked yet. 0: unconfigured. */
  #value: number | undefined;

  constructor(life: DeviceLife, configurations: readonly Configuration[]) {
    this.#life = life;
    this.#configurations = configurations;
  }

  /** Takes the tree, where it is known only once the device is open. */
  setConfigurations(configurations: readonly Configuration[]): void {
    this.#configurations = configurations;
  }

  /** Its `bConfigurationValue`, 0 if the device is unconfigured; `undefined` if the device is to be asked. */
  get value(): number | undefined {
    return this.#value;
  }

  /** Takes what was just selected, or `undefined` to ask again. */
  set value(value: number | undefined) {
    this.#value = value;
  }

  /** Gives it; `undefined` if the device is unconfigured. */
  async get(): Promise<Configuration | undefined> {
    this.#value ??= await this.#ask();
    const value = this.#value;
    const active = this.#configurations.find((each) => each.bConfigurationValue === value);
    // Value 0 is "unconfigured", except for broken devices that number a configuration so.
    if (active === undefined && value !== 0) {
      throw this.#life.error(
        "ENOENT",
        `the device says that configuration ${value} is active; it described ${list(this.#values())}`,
      );
    }
    return active;
  }

  /** Gives it, or throws what to do about an unconfigured device. */
  async expect(): Promise<Configuration> {
    const active = await this.get();
    if (active !== undefined) return active;
    throw this.#life.error(
      "ENOENT",
      "the device is not configured",
      `call setConfiguration() with one of ${list(this.#values())}`,
    );
  }

  /** Throws unless a configuration has the value; 0 unconfigures. */
  checkValue(value: number): void {
    const known = this.#values();
    if (value === 0 || known.includes(value)) return;
    throw this.#life.error("ENOENT", `no configuration has the value ${value}; there are ${list(known)}`);
  }

  /** Tells whether it has an interface; an unconfigured device has none. */
  async hasInterface(interfaceNumber: number): Promise<boolean> {
    return hasInterface(await this.get(), interfaceNumber);
  }

  /** Throws unless it has an interface. */
  async checkInterface(interfaceNumber: number): Promise<void> {
    const active = await this.expect();
    if (hasInterface(active, interfaceNumber)) return;
    const known = [...new Set(active.interfaces.map((each) => each.bInterfaceNumber))];
    throw this.#life.error(
      "ENOENT",
      `no interface ${interfaceNumber} in the active configuration; there are ${list(known)}`,
    );
  }

  /** Gives an alternate setting: of the first interface and the first one there, if not told. */
  async alternate(
    interfaceNumber: number | undefined,
    alternateSetting: number | undefined,
  ): Promise<Interface> {
    const active = await this.expect();
    const number = interfaceNumber ?? active.interfaces[0]?.bInterfaceNumber;
    const settings = active.interfaces.filter((each) => each.bInterfaceNumber === number);
    const found = settings.find(
      (each) => alternateSetting === undefined || each.bAlternateSetting === alternateSetting,
    );
    if (found !== undefined) return found;
    if (settings.length === 0) await this.checkInterface(number ?? 0);
    const known = settings.map((each) => each.bAlternateSetting);
    throw this.#life.error(
      "ENOENT",
      `interface ${number} has no alternate setting ${alternateSetting}; there are ${list(known)}`,
    );
  }

  async #ask(): Promise<number> {
    const { backend, handle } = this.#life;
    const value: unknown = await callBackend(backend, "getConfiguration", handle);
    if (typeof value === "number") return value;
    throw brokenBackend(backend, "getConfiguration", `gave ${show(value)} instead of a number`);
  }

  #values(): number[] {
    return this.#configurations.map((each) => each.bConfigurationValue);
  }
}

function hasInterface(active: Configuration | undefined, interfaceNumber: number): boolean {
  return active?.interfaces.some((each) => each.bInterfaceNumber === interfaceNumber) ?? false;
}
