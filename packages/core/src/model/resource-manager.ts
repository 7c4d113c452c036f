import type { IBackend } from "../contract/backend.js";
import type { BackendDevice, BackendHandle } from "../contract/backend-device.js";
import { callBackend } from "../contract/call-backend.js";
import { USBError, type USBErrorCode } from "../errors.js";
import { hexByte } from "../usb/hex.js";
import { ActiveConfiguration } from "./active-configuration.js";
import { ChangeLine } from "./change-line.js";
import type { Configuration } from "./configuration.js";
import type { DeviceFacts } from "./device-facts.js";
import { DeviceLife, type HandleBox } from "./device-life.js";
import { DriverKeeper } from "./driver-keeper.js";
import type { Endpoint } from "./endpoint.js";
import type { EndpointState } from "./endpoint-state.js";
import { addressOf, EndpointTable } from "./endpoint-table.js";
import type { Holder } from "./holder.js";
import { ignoreFailure } from "./ignore-failure.js";
import { InterfaceClaims } from "./interface-claims.js";
import { list } from "./list.js";
import type { OpenOptions } from "./options.js";

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
  readonly box: HandleBox;
  /** Everything of a stream or sink kind that `close` must end first. */
  readonly holders = new Set<Holder>();
  /** The control endpoint, which needs no interface. */
  readonly control: EndpointState;

  readonly #life: DeviceLife;
  readonly #line = new ChangeLine();
  readonly #drivers: DriverKeeper;
  readonly #active: ActiveConfiguration;
  readonly #claims: InterfaceClaims;
  readonly #endpoints = new EndpointTable();
  readonly #afterOpen: (() => Promise<void>) | undefined;

  constructor(
    owner: object,
    backend: IBackend,
    backendDevice: BackendDevice,
    facts: DeviceFacts,
    configurations: readonly Configuration[],
    afterOpen?: () => Promise<void>,
  ) {
    this.owner = owner;
    this.backend = backend;
    this.backendDevice = backendDevice;
    this.facts = facts;
    this.#life = new DeviceLife(backend, backendDevice, facts, () => this.#endpoints.clearStates());
    this.box = this.#life.box;
    this.#drivers = new DriverKeeper(backend);
    this.#active = new ActiveConfiguration(this.#life, configurations);
    this.#claims = new InterfaceClaims(this.#life, this.#drivers, this.#active);
    this.control = this.#endpoints.control;
    this.#afterOpen = afterOpen;
  }

  get isOpen(): boolean {
    return this.#life.isOpen && !this.#line.isClosing;
  }

  get isGone(): boolean {
    return this.#life.isGone;
  }

  /** Takes the tree, where it is known only once the device is open. */
  setConfigurations(configurations: readonly Configuration[]): void {
    this.#active.setConfigurations(configurations);
    this.#endpoints.clearStates();
  }

  /** Gives the open handle. The caller knows that it is open. */
  get handle(): BackendHandle {
    return this.#life.handle;
  }

  /** Takes a handle that was opened elsewhere. */
  adopt(handle: BackendHandle): void {
    this.#life.adopt(handle);
  }

  /** Makes an error of this device. */
  error(code: USBErrorCode, message: string, hint?: string): USBError {
    return this.#life.error(code, message, hint);
  }

  /** Remembers that the device was unplugged: for ever. */
  markGone(): void {
    this.#life.markGone();
  }

  // --- opening and closing ---------------------------------------------------------------------------------------

  open(options: OpenOptions | undefined): Promise<void> {
    this.#line.forgetClosing();
    return this.#line.enqueue(async () => {
      this.#life.renew();
      if (options?.autoDetachKernelDriver !== undefined)
        await this.#setAutoDetach(options.autoDetachKernelDriver);
      await this.#ensureOpen();
    });
  }

  /** Closes; afterwards implicit use is refused (`closed`) or opens again (`fresh`). */
  close(next: "closed" | "fresh"): Promise<void> {
    return this.#line.enqueueClosing(async () => {
      // Whoever closes a stream itself is told why it failed; the handle is closed all the same.
      await Promise.allSettled([...this.holders].map((holder) => holder.close()));
      try {
        await this.#giveBack();
      } finally {
        this.#drivers.isWanted = false;
        this.#life.end(next);
      }
    });
  }

  async #giveBack(): Promise<void> {
    const { handle } = this.box;
    if (handle === undefined) return;
    const taken = this.#drivers.forgetAll();
    const isIdle = this.#endpoints.pending(() => true).length === 0;
    if (!this.isGone && isIdle) await this.#drivers.releaseAndGiveBack(handle, taken);
    this.#forgetSelections();
    this.#claims.forgetAll();
    await this.#life.closeHandle();
    // Whoever is still on the bus is ended by closeDevice only; the drivers then need another handle.
    if (!this.isGone && !isIdle && taken.length > 0)
      await ignoreFailure(this.#drivers.giveBackAfterwards(this.backendDevice, taken));
  }

  async #ensureOpen(): Promise<void> {
    if (this.#life.isOpen) return;
    await this.#life.open(this.#drivers.isLeftToLibrary);
    this.#active.value = undefined;
    await this.#afterOpen?.();
  }

  /** A changed wish needs a new handle: libraries take it when a device is opened. */
  async #setAutoDetach(wanted: boolean): Promise<void> {
    if (wanted === this.#drivers.isWanted) return;
    if (this.#life.isOpen) {
      this.#refuseWhilePending("reopen with another autoDetachKernelDriver", () => true);
      try {
        await this.#giveBack();
      } finally {
        this.#life.end("fresh");
      }
    }
    this.#drivers.isWanted = wanted;
  }

  // --- selecting -------------------------------------------------------------------------------------------------

  setConfiguration(value: number): Promise<void> {
    return this.#change(async (handle) => {
      this.#active.checkValue(value);
      this.#refuseWhilePending("set the configuration", (state) => state.address !== 0);
      // Drivers come back afterwards: the system refuses while one of them holds an interface.
      const released = this.#claims.numbers();
      for (const number of released) await this.#release(handle, number);
      const before = this.#active.value;
      this.#forgetSelections();
      try {
        // Where the library detaches by itself, it has just given them back.
        if (this.#drivers.isWanted) for (const number of released) await this.#drivers.take(handle, number);
        await callBackend(this.backend, "setConfiguration", handle, value);
      } catch (error) {
        await this.#drivers.giveBackAll(handle);
        throw error;
      }
      // With another configuration the system itself looks for drivers.
      if (value !== before) this.#drivers.forgetAll();
      this.#active.value = value;
    });
  }

  /** Asks for the active configuration. */
  getConfiguration(): Promise<Configuration | undefined> {
    return this.#change(() => {
      this.#active.value = undefined;
      return this.#active.get();
    });
  }

  claim(interfaceNumber: number): Promise<void> {
    return this.#change(async (handle) => {
      await this.#active.checkInterface(interfaceNumber);
      await this.#claims.claim(handle, interfaceNumber);
    });
  }

  release(interfaceNumber: number): Promise<void> {
    if (!this.isOpen && this.#line.isEmpty) return Promise.resolve();
    return this.#line.enqueue(async () => {
      const { handle } = this.box;
      if (handle === undefined || !this.#claims.has(interfaceNumber)) return;
      this.#refuseWhilePending(
        `release interface ${interfaceNumber}`,
        (state) => state.interfaceNumber === interfaceNumber,
      );
      await this.#release(handle, interfaceNumber);
      await this.#drivers.giveBack(handle, interfaceNumber);
    });
  }

  setAltsetting(interfaceNumber: number | undefined, alternateSetting: number | undefined): Promise<void> {
    return this.#change(async (handle) => {
      const target = await this.#active.alternate(interfaceNumber, alternateSetting);
      const number = target.bInterfaceNumber;
      this.#refuseWhilePending(
        `select an alternate setting of interface ${number}`,
        (state) => state.interfaceNumber === number,
      );
      await this.#claims.claim(handle, number);
      await callBackend(this.backend, "setInterfaceAltsetting", handle, number, target.bAlternateSetting);
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
      await callBackend(this.backend, "clearHalt", handle, address);
    });
  }

  reset(): Promise<void> {
    return this.#change(async (handle) => {
      this.#refuseWhilePending("reset", () => true);
      await callBackend(this.backend, "resetDevice", handle);
      this.#active.value = undefined;
      for (const [number, setting] of this.#endpoints.alternates()) {
        this.#endpoints.deselect(number);
        await callBackend(this.backend, "setInterfaceAltsetting", handle, number, setting);
        this.#endpoints.select(number, setting);
      }
    });
  }

  /** Sets up bulk streams on endpoints, or gives them back; claims what they belong to. Gives their number. */
  changeStreams(targets: readonly (Endpoint | number)[], count: number): Promise<number> {
    const addresses = targets.map(addressOf);
    return this.#change(async (handle) => {
      for (const target of targets) {
        const state = await this.#find(target, undefined);
        await this.#claims.claim(handle, state.interfaceNumber);
        this.#endpoints.keep(state);
      }
      this.#refuseWhilePending("change bulk streams", ({ address }) => addresses.includes(address));
      if (count > 0) return callBackend(this.backend, "allocStreams", handle, count, addresses);
      await callBackend(this.backend, "freeStreams", handle, addresses);
      return 0;
    });
  }

  isKernelDriverActive(number: number): Promise<boolean> {
    return this.#change((handle) => callBackend(this.backend, "isKernelDriverActive", handle, number));
  }

  detachKernelDriver(interfaceNumber: number): Promise<void> {
    return this.#change((handle) => callBackend(this.backend, "detachKernelDriver", handle, interfaceNumber));
  }

  attachKernelDriver(interfaceNumber: number): Promise<void> {
    return this.#change((handle) => callBackend(this.backend, "attachKernelDriver", handle, interfaceNumber));
  }

  // --- for transfers ---------------------------------------------------------------------------------------------

  /** The endpoint, if it can be used this instant: the hot path. `undefined`: ask {@link prepare}. */
  ready(target: Endpoint | number, direction: "in" | "out"): EndpointState | undefined {
    const address = addressOf(target);
    if (!this.#line.isEmpty || !this.#life.isOpen || (direction === "in") !== address >= 0x80)
      return undefined;
    const state = this.#endpoints.get(address);
    return target === address || target === state?.endpoint ? state : undefined;
  }

  /** The control endpoint, if it can be used this instant. */
  readyControl(): EndpointState | undefined {
    return this.#line.isEmpty && this.#life.isOpen ? this.control : undefined;
  }

  /** Opens and claims what a transfer on an endpoint needs. */
  prepare(target: Endpoint | number, direction: "in" | "out"): Promise<EndpointState> {
    return this.#change(async (handle) => {
      const state = await this.#find(target, direction);
      await this.#claims.claim(handle, state.interfaceNumber);
      this.#endpoints.keep(state);
      return state;
    });
  }

  /** Opens for a control transfer, and claims the interface that it speaks to, if there is such a one. */
  prepareControl(interfaceNumber: number | undefined): Promise<EndpointState> {
    return this.#change(async (handle) => {
      const isMissing = interfaceNumber !== undefined && !this.#claims.has(interfaceNumber);
      if (isMissing && (await this.#active.hasInterface(interfaceNumber)))
        await this.#claims.claim(handle, interfaceNumber);
      return this.control;
    });
  }

  /** Whether this object holds an interface, as far as it knows. */
  isClaimed(interfaceNumber: number): boolean {
    return this.#claims.has(interfaceNumber);
  }

  // --- inside ----------------------------------------------------------------------------------------------------

  /** Runs one state change of an open device, when those before it are done. */
  #change<T>(step: (handle: BackendHandle) => Promise<T>): Promise<T> {
    // What is asked for after close() was called is refused at once, not after it.
    const isRefused = this.#line.isClosing;
    return this.#line.enqueue(async () => {
      if (isRefused) throw this.#life.closed();
      await this.#ensureOpen();
      try {
        return await step(this.handle);
      } catch (error) {
        if (USBError.is(error) && error.code === "ENODEV") this.markGone();
        throw error;
      }
    });
  }

  async #find(target: Endpoint | number, direction: "in" | "out" | undefined): Promise<EndpointState> {
    const known = this.#endpoints.known(target, direction);
    if (known !== undefined) return known;
    const found = this.#endpoints.find(await this.#active.expect(), target, direction);
    if ("message" in found) throw this.error("ENOENT", found.message, found.hint);
    return found;
  }

  async #release(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    this.#endpoints.deselect(interfaceNumber);
    await this.#claims.release(handle, interfaceNumber);
  }

  #forgetSelections(): void {
    this.#endpoints.clear();
    this.#active.value = undefined;
  }

  #refuseWhilePending(what: string, affected: (state: EndpointState) => boolean): void {
    const pending = this.#endpoints.pending(affected);
    if (pending.length === 0) return;
    throw this.error("EBUSY", `cannot ${what} while transfers are pending on ${list(pending)}`);
  }
}
