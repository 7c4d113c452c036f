import type { IBackend } from "../contract/backend.js";
import type { BackendDevice, BackendHandle } from "../contract/backend-device.js";
import { USBError, type USBErrorCode } from "../errors.js";
import { hexByte } from "../usb/hex.js";

import type { Configuration } from "./configuration.js";
import type { Endpoint } from "./endpoint.js";
import type { EndpointState } from "./endpoint-state.js";
import { addressOf, EndpointTable, isMeant } from "./endpoint-table.js";
import { accessHint, busyHint } from "./hints.js";
import type { Interface } from "./interface.js";
import { list } from "./list.js";
import type { OpenOptions } from "./options.js";

/** What the resource manager and the finalizer have to know of the device. */
export interface DeviceFacts {
  readonly headline: string;
  readonly idVendor: number;
  readonly idProduct: number;
}

/** Something that holds an endpoint and must end before the device is closed. */
export interface Holder {
  /** Ends it and waits for what is in flight. */
  close(): Promise<void>;
}

/**
 * The open handle, once there is one. Held by the finalizer too, which must not hold the manager: through
 * the endpoints that would hold the device, and the device would never be collected.
 */
export interface HandleBox {
  handle: BackendHandle | undefined;
  gone: boolean;
}

type State = "fresh" | "open" | "closed" | "gone";

/**
 * Opens, claims and selects for one device object, and remembers what is open, claimed and selected.
 *
 * State changes run one after another in the order of the calls. Transfers do not wait in that line: they only look
 * whether it is empty, and go round it.
 */
export class ResourceManager {
  readonly backend: IBackend;
  readonly backendDevice: BackendDevice;
  readonly facts: DeviceFacts;
  /** The device: whoever waits for a transfer holds this manager, and by it the device, which must not be collected. */
  readonly owner: object;
  readonly box: HandleBox = { handle: undefined, gone: false };
  /** Everything of a stream or sink kind that `close` must end first. */
  readonly holders = new Set<Holder>();
  /** The control endpoint, which needs no interface. */
  readonly control: EndpointState = {
    address: 0,
    type: "control",
    endpoint: undefined,
    interfaceNumber: -1,
    pending: 0,
    streaming: false,
  };

  #state: State = "fresh";
  #closing = false;
  #tail: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #autoDetach = false;
  #configurations: readonly Configuration[];
  readonly #afterOpen: (() => Promise<void>) | undefined;
  readonly #claimed = new Set<number>();
  /** Interfaces whose driver core itself took off, where the backend cannot do that by itself. */
  readonly #detached = new Set<number>();
  readonly #endpoints = new EndpointTable();
  /** `undefined`: not asked yet. 0: unconfigured. */
  #configurationValue: number | undefined;

  constructor(
    owner: object,
    backend: IBackend,
    backendDevice: BackendDevice,
    facts: DeviceFacts,
    configurations: readonly Configuration[],
    afterOpen?: () => Promise<void>,
  ) {
    this.#afterOpen = afterOpen;
    this.owner = owner;
    this.backend = backend;
    this.backendDevice = backendDevice;
    this.facts = facts;
    this.#configurations = configurations;
  }

  get isOpen(): boolean {
    return this.#state === "open" && !this.#closing;
  }

  get isGone(): boolean {
    return this.#state === "gone";
  }

  /** Takes the tree, where it is known only once the device is open. */
  setConfigurations(configurations: readonly Configuration[]): void {
    this.#configurations = configurations;
    this.#endpoints.clearStates();
  }

  /** Gives the open handle. The caller knows that it is open. */
  get handle(): BackendHandle {
    const handle = this.box.handle;
    if (handle === undefined) throw this.error("ERR_USB_CLOSED", "the device is closed");
    return handle;
  }

  /** Takes a handle that was opened elsewhere. */
  adopt(handle: BackendHandle): void {
    this.box.handle = handle;
    this.#state = "open";
  }

  /** Makes an error of this device. */
  error(code: USBErrorCode, message: string, hint?: string): USBError {
    return new USBError(`${this.facts.headline}: ${message}`, { code, backend: this.backend.name, hint });
  }

  /** Remembers that the device was unplugged: for ever. */
  markGone(): void {
    this.#state = "gone";
    this.box.gone = true;
    this.#endpoints.clearStates();
  }

  // --- opening and closing ---------------------------------------------------------------------------------------

  open(options: OpenOptions | undefined): Promise<void> {
    this.#closing = false;
    return this.#inLine(async () => {
      if (this.#state === "closed") this.#state = "fresh";
      if (options?.autoDetachKernelDriver !== undefined)
        await this.#setAutoDetach(options.autoDetachKernelDriver);
      await this.#ensureOpen();
    });
  }

  /** Closes; afterwards implicit use is refused (`closed`) or opens again (`fresh`). */
  close(next: "closed" | "fresh"): Promise<void> {
    this.#closing = true;
    return this.#inLine(
      async () => {
        // Whoever closes a stream itself is told why it failed; the handle is closed all the same.
        await Promise.allSettled([...this.holders].map((holder) => holder.close()));
        try {
          await this.#giveBack();
        } finally {
          this.#autoDetach = false;
          const stays = this.#state === "gone" || (this.#state === "closed" && next === "fresh");
          if (!stays) this.#state = next;
        }
      },
      () => {
        this.#closing = false;
      },
    );
  }

  async #giveBack(): Promise<void> {
    const handle = this.box.handle;
    if (handle === undefined) return;
    const detached = [...this.#detached];
    const isIdle = this.#pendingOn(() => true).length === 0;
    this.#detached.clear();
    if (this.#state !== "gone" && isIdle) {
      for (const number of detached) {
        await ignoreFailure(this.backend.releaseInterface(handle, number));
        await ignoreFailure(this.backend.attachKernelDriver(handle, number));
      }
    }
    this.#forgetSelections();
    this.#claimed.clear();
    this.box.handle = undefined;
    try {
      await this.backend.closeDevice(handle);
    } catch (error) {
      // A device or a backend that is no longer there has closed the handle already.
      if (!USBError.is(error) || (error.code !== "ENODEV" && error.code !== "ERR_USB_CLOSED")) throw error;
    }
    if (!this.isGone && !isIdle && detached.length > 0) await ignoreFailure(this.#attachAfterwards(detached));
  }

  /** Whoever is still on the bus is ended by closeDevice only; the drivers then need another handle. */
  async #attachAfterwards(interfaceNumbers: readonly number[]): Promise<void> {
    const handle = await this.backend.openDevice(this.backendDevice);
    try {
      for (const number of interfaceNumbers)
        await ignoreFailure(this.backend.attachKernelDriver(handle, number));
    } finally {
      await this.backend.closeDevice(handle);
    }
  }

  async #ensureOpen(): Promise<void> {
    if (this.#state === "open") return;
    if (this.#state === "gone") throw this.error("ENODEV", "the device was unplugged");
    if (this.#state === "closed") {
      throw this.error("ERR_USB_CLOSED", "the device was closed; call open() to use it again");
    }
    let handle: BackendHandle;
    try {
      handle = await this.backend.openDevice(this.backendDevice, {
        autoDetachKernelDriver: this.#autoDetach && this.backend.supports.autoDetach,
      });
    } catch (error) {
      throw await this.#explain(error, "open", async (code) =>
        code === "EACCES" ? accessHint(this.backendDevice, this.facts) : undefined,
      );
    }
    // A search may have seen the unplug meanwhile, and gone is for ever.
    if (this.isGone) {
      await ignoreFailure(this.backend.closeDevice(handle));
      throw this.error("ENODEV", "the device was unplugged");
    }
    this.box.handle = handle;
    this.#state = "open";
    this.#configurationValue = undefined;
    await this.#afterOpen?.();
  }

  /** A changed wish needs a new handle: libraries take it when a device is opened. */
  async #setAutoDetach(wanted: boolean): Promise<void> {
    if (wanted === this.#autoDetach) return;
    if (this.#state === "open") {
      this.#refuseWhilePending("reopen with another autoDetachKernelDriver", () => true);
      try {
        await this.#giveBack();
      } finally {
        if (!this.isGone) this.#state = "fresh";
      }
    }
    this.#autoDetach = wanted;
  }

  // --- selecting -------------------------------------------------------------------------------------------------

  setConfiguration(value: number): Promise<void> {
    return this.#change(async (handle) => {
      const known = this.#configurations.map((each) => each.bConfigurationValue);
      if (value !== 0 && !known.includes(value)) {
        throw this.error("ENOENT", `no configuration has the value ${value}; there are ${list(known)}`);
      }
      this.#refuseWhilePending("set the configuration", (state) => state.address !== 0);
      // Drivers come back afterwards: the system refuses while one of them holds an interface.
      const released = [...this.#claimed];
      for (const number of released) await this.#releaseOnly(handle, number);
      const before = this.#configurationValue;
      this.#forgetSelections();
      try {
        // Where the library detaches by itself, it has just given them back.
        if (this.#autoDetach) for (const number of released) await this.#detach(handle, number);
        await this.backend.setConfiguration(handle, value);
      } catch (error) {
        for (const number of this.#detached)
          await ignoreFailure(this.backend.attachKernelDriver(handle, number));
        this.#detached.clear();
        throw error;
      }
      // With another configuration the system itself looks for drivers.
      if (value !== before) this.#detached.clear();
      this.#configurationValue = value;
    });
  }

  /** Asks for the active configuration. */
  getConfiguration(): Promise<Configuration | undefined> {
    return this.#change(async () => {
      this.#configurationValue = undefined;
      return this.#active();
    });
  }

  claim(interfaceNumber: number): Promise<void> {
    return this.#change(async (handle) => {
      await this.#checkInterface(interfaceNumber);
      await this.#claim(handle, interfaceNumber);
    });
  }

  release(interfaceNumber: number): Promise<void> {
    if (!this.isOpen && this.#queued === 0) return Promise.resolve();
    return this.#inLine(async () => {
      const handle = this.box.handle;
      if (handle === undefined || !this.#claimed.has(interfaceNumber)) return;
      this.#refuseWhilePending(
        `release interface ${interfaceNumber}`,
        (state) => state.interfaceNumber === interfaceNumber,
      );
      await this.#release(handle, interfaceNumber);
    });
  }

  setAltsetting(interfaceNumber: number | undefined, alternateSetting: number | undefined): Promise<void> {
    return this.#change(async (handle) => {
      const target = await this.#alternate(interfaceNumber, alternateSetting);
      const number = target.bInterfaceNumber;
      this.#refuseWhilePending(
        `select an alternate setting of interface ${number}`,
        (state) => state.interfaceNumber === number,
      );
      await this.#claim(handle, number);
      await this.backend.setInterfaceAltsetting(handle, number, target.bAlternateSetting);
      this.#endpoints.select(number, target.bAlternateSetting);
    });
  }

  clearHalt(target: Endpoint | number): Promise<void> {
    const address = addressOf(target);
    return this.#change(async (handle) => {
      await this.#find(target, undefined);
      this.#refuseWhilePending(
        `clear the halt of endpoint ${hexByte(address)}`,
        (state) => state.address === address,
      );
      await this.backend.clearHalt(handle, address);
    });
  }

  reset(): Promise<void> {
    return this.#change(async (handle) => {
      this.#refuseWhilePending("reset", () => true);
      await this.backend.resetDevice(handle);
      this.#configurationValue = undefined;
      for (const [number, setting] of this.#endpoints.alternates()) {
        this.#endpoints.deselect(number);
        await this.backend.setInterfaceAltsetting(handle, number, setting);
        this.#endpoints.select(number, setting);
      }
    });
  }

  isKernelDriverActive(interfaceNumber: number): Promise<boolean> {
    return this.#change((handle) => this.backend.isKernelDriverActive(handle, interfaceNumber));
  }

  detachKernelDriver(interfaceNumber: number): Promise<void> {
    return this.#change((handle) => this.backend.detachKernelDriver(handle, interfaceNumber));
  }

  attachKernelDriver(interfaceNumber: number): Promise<void> {
    return this.#change((handle) => this.backend.attachKernelDriver(handle, interfaceNumber));
  }

  // --- for transfers ---------------------------------------------------------------------------------------------

  /** The endpoint, if it can be used this instant: the hot path. `undefined`: ask {@link prepare}. */
  ready(target: Endpoint | number, direction: "in" | "out"): EndpointState | undefined {
    const address = addressOf(target);
    if (this.#queued > 0 || this.#state !== "open" || (direction === "in") !== address >= 0x80)
      return undefined;
    const state = this.#endpoints.get(address);
    return target === address || target === state?.endpoint ? state : undefined;
  }

  /** The control endpoint, if it can be used this instant. */
  readyControl(): EndpointState | undefined {
    return this.#queued === 0 && this.#state === "open" ? this.control : undefined;
  }

  /** Opens and claims what a transfer on an endpoint needs. */
  prepare(target: Endpoint | number, direction: "in" | "out"): Promise<EndpointState> {
    return this.#change(async (handle) => {
      const state = await this.#find(target, direction);
      await this.#claim(handle, state.interfaceNumber);
      this.#endpoints.keep(state);
      return state;
    });
  }

  /** Opens for a control transfer, and claims the interface that it speaks to, if there is such a one. */
  prepareControl(interfaceNumber: number | undefined): Promise<EndpointState> {
    return this.#change(async (handle) => {
      if (interfaceNumber !== undefined && !this.#claimed.has(interfaceNumber)) {
        if (hasInterface(await this.#active(), interfaceNumber)) await this.#claim(handle, interfaceNumber);
      }
      return this.control;
    });
  }

  /** Whether this object holds an interface, as far as it knows. */
  isClaimed(interfaceNumber: number): boolean {
    return this.#claimed.has(interfaceNumber);
  }

  // --- inside ----------------------------------------------------------------------------------------------------

  /** Runs one state change of an open device, when those before it are done. */
  #change<T>(step: (handle: BackendHandle) => Promise<T>): Promise<T> {
    // What is asked for after close() was called is refused at once, not after it.
    const refused = this.#closing;
    return this.#inLine(async () => {
      if (refused) throw this.error("ERR_USB_CLOSED", "the device was closed; call open() to use it again");
      await this.#ensureOpen();
      try {
        return await step(this.handle);
      } catch (error) {
        if (USBError.is(error) && error.code === "ENODEV") this.markGone();
        throw error;
      }
    });
  }

  #inLine<T>(step: () => Promise<T>, finally_?: () => void): Promise<T> {
    this.#queued++;
    const run = this.#tail.then(step);
    const done = (): void => {
      this.#queued--;
      finally_?.();
    };
    // In the same turn as what the caller attaches to `run`: were the line empty earlier, a transfer could go round it
    // and overtake one that waited in it.
    this.#tail = run.then(done, done);
    return run;
  }

  async #active(): Promise<Configuration | undefined> {
    this.#configurationValue ??= await this.backend.getConfiguration(this.handle);
    const value = this.#configurationValue;
    const active = this.#configurations.find((each) => each.bConfigurationValue === value);
    // Value 0 is "unconfigured", except for broken devices that number a configuration so.
    if (active === undefined && value !== 0) {
      const known = this.#configurations.map((each) => each.bConfigurationValue);
      throw this.error(
        "ENOENT",
        `the device says that configuration ${value} is active; it described ${list(known)}`,
      );
    }
    return active;
  }

  async #configured(): Promise<Configuration> {
    const active = await this.#active();
    if (active !== undefined) return active;
    const known = this.#configurations.map((each) => each.bConfigurationValue);
    throw this.error(
      "ENOENT",
      "the device is not configured",
      `call setConfiguration() with one of ${list(known)}`,
    );
  }

  async #checkInterface(interfaceNumber: number): Promise<void> {
    const active = await this.#configured();
    if (hasInterface(active, interfaceNumber)) return;
    const known = [...new Set(active.interfaces.map((each) => each.bInterfaceNumber))];
    throw this.error(
      "ENOENT",
      `no interface ${interfaceNumber} in the active configuration; there are ${list(known)}`,
    );
  }

  async #alternate(
    interfaceNumber: number | undefined,
    alternateSetting: number | undefined,
  ): Promise<Interface> {
    const active = await this.#configured();
    const number = interfaceNumber ?? active.interfaces[0]?.bInterfaceNumber;
    const settings = active.interfaces.filter((each) => each.bInterfaceNumber === number);
    const found = settings.find(
      (each) => alternateSetting === undefined || each.bAlternateSetting === alternateSetting,
    );
    if (found !== undefined) return found;
    if (settings.length === 0) await this.#checkInterface(number ?? 0);
    const known = settings.map((each) => each.bAlternateSetting);
    throw this.error(
      "ENOENT",
      `interface ${number} has no alternate setting ${alternateSetting}; there are ${list(known)}`,
    );
  }

  async #find(target: Endpoint | number, direction: "in" | "out" | undefined): Promise<EndpointState> {
    const address = addressOf(target);
    const known = this.#endpoints.get(address);
    // Bit 7 of the address is the direction: reading from 0x01 must not find the OUT endpoint.
    const fits = direction === undefined || (direction === "in") === address >= 0x80;
    if (known?.endpoint !== undefined && fits && isMeant(target, known.endpoint)) return known;
    const found = this.#endpoints.find(await this.#configured(), target, direction);
    if ("message" in found) throw this.error("ENOENT", found.message, found.hint);
    return found;
  }

  async #claim(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    if (this.#claimed.has(interfaceNumber)) return;
    if (this.#autoDetach && !this.backend.supports.autoDetach) await this.#detach(handle, interfaceNumber);
    try {
      await this.backend.claimInterface(handle, interfaceNumber);
    } catch (error) {
      if (this.#detached.delete(interfaceNumber))
        await ignoreFailure(this.backend.attachKernelDriver(handle, interfaceNumber));
      throw await this.#explain(error, `claim interface ${interfaceNumber}`, async (code) => {
        const value = this.#configurationValue;
        if (code !== "EBUSY" || value === undefined) return undefined;
        return busyHint(this.backendDevice, value, interfaceNumber);
      });
    }
    this.#claimed.add(interfaceNumber);
  }

  /** Takes the system's driver off, if there is one, and remembers to give it back. */
  async #detach(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    if (!this.backend.supports.kernelDriver) return;
    if (!(await this.backend.isKernelDriverActive(handle, interfaceNumber))) return;
    await this.backend.detachKernelDriver(handle, interfaceNumber);
    this.#detached.add(interfaceNumber);
  }

  async #release(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    await this.#releaseOnly(handle, interfaceNumber);
    if (this.#detached.delete(interfaceNumber))
      await this.backend.attachKernelDriver(handle, interfaceNumber);
  }

  async #releaseOnly(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    this.#claimed.delete(interfaceNumber);
    this.#endpoints.deselect(interfaceNumber);
    await this.backend.releaseInterface(handle, interfaceNumber);
  }

  #forgetSelections(): void {
    this.#endpoints.clear();
    this.#configurationValue = undefined;
  }

  #pendingOn(affected: (state: EndpointState) => boolean): EndpointState[] {
    return [this.control, ...this.#endpoints.states()].filter(
      (state) => (state.pending > 0 || state.streaming) && affected(state),
    );
  }

  #refuseWhilePending(what: string, affected: (state: EndpointState) => boolean): void {
    const pending = this.#pendingOn(affected);
    if (pending.length === 0) return;
    const names = pending.map((state) =>
      state.streaming
        ? `${hexByte(state.address)} (a stream)`
        : `${hexByte(state.address)} (${state.pending})`,
    );
    throw this.error("EBUSY", `cannot ${what} while transfers are pending on ${list(names)}`);
  }

  /** Adds the operation, the device and what the system says to an error of the backend. */
  async #explain(
    error: unknown,
    what: string,
    hintOf: (code: USBErrorCode) => Promise<string | undefined>,
  ): Promise<unknown> {
    if (!USBError.is(error)) return error;
    if (error.code === "ENODEV") this.markGone();
    const hint = error.hint ?? (await hintOf(error.code));
    // Its message ends with its hint, which the new one will have as well.
    const reason = error.hint === undefined ? error.message : error.message.replace(` (${error.hint})`, "");
    return new USBError(`${this.facts.headline}: cannot ${what}: ${reason}`, {
      code: error.code,
      backendErrorCode: error.backendErrorCode,
      backend: this.backend.name,
      hint,
      cause: error,
    });
  }
}

function hasInterface(active: Configuration | undefined, interfaceNumber: number): boolean {
  return active?.interfaces.some((each) => each.bInterfaceNumber === interfaceNumber) ?? false;
}

/** On the way out nothing that fails may stop the rest. */
async function ignoreFailure(step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!USBError.is(error)) throw error;
  }
}
