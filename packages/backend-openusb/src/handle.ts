import { InFlight } from "@tsusb/addon-kit";
import type { BackendHandle, USBError } from "@tsusb/core/backend";
import { OPENUSB_PLATFORM_FAILURE, OPENUSB_SUCCESS, OPENUSB_SYS_FUNC_FAILURE } from "./constants.js";
import type { Context } from "./context.js";
import type { OpenUsbDevice } from "./device.js";
import { type ConfigurationOutline, outlineOf } from "./endpoints.js";
import { closed, failure, foreign } from "./errors.js";
import type { Native } from "./native.js";

/** An endpoint of a claimed interface. */
interface ClaimedEndpoint {
  readonly interfaceNumber: number;
  /** `wMaxPacketSize` in bytes. */
  readonly packetSize: number;
}

/** A device opened through OpenUSB. */
export class OpenUsbHandle implements BackendHandle {
  readonly device: OpenUsbDevice;
  /** The addon's number of it. */
  readonly id: number;
  readonly native: Native;
  /** Its transfers that have not ended. */
  readonly inFlight = new InFlight();
  readonly #context: Context;
  readonly #isGone: () => Promise<boolean>;
  /** `bAlternateSetting` by `bInterfaceNumber`, of what this handle holds. */
  readonly #claims = new Map<number, number>();
  readonly #endpoints = new Map<number, ClaimedEndpoint>();
  #configuration: ConfigurationOutline | undefined;
  #closing: Promise<void> | undefined;

  /** @param isGone - Asks the library whether the device is still listed. */
  constructor(context: Context, device: OpenUsbDevice, id: number, isGone: () => Promise<boolean>) {
    this.#context = context;
    this.native = context.native;
    this.device = device;
    this.id = id;
    this.#isGone = isGone;
  }

  /** Whether close has begun: nothing can be asked of it any more. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** The outline of a configuration, by `bConfigurationValue`. */
  configuration(value: number): ConfigurationOutline | undefined {
    const bytes = this.device.configurations.find((each) => each[5] === value);
    return bytes === undefined ? undefined : outlineOf(bytes);
  }

  /** Remembers what this handle holds, and the configuration that it is in. */
  hold(configuration: ConfigurationOutline, interfaceNumber: number, alternateSetting: number): void {
    this.#configuration = configuration;
    this.#claims.set(interfaceNumber, alternateSetting);
    this.#findEndpoints();
  }

  /** Forgets an interface. */
  letGo(interfaceNumber: number): void {
    this.#claims.delete(interfaceNumber);
    this.#findEndpoints();
  }

  /** The configuration of an interface that this handle holds; `undefined` if it does not. */
  heldIn(interfaceNumber: number): ConfigurationOutline | undefined {
    return this.#claims.has(interfaceNumber) ? this.#configuration : undefined;
  }

  /** Where an endpoint is, by `bEndpointAddress`; `undefined` if no alternate setting has it that is held and selected. */
  endpoint(address: number): ClaimedEndpoint | undefined {
    return this.#endpoints.get(address);
  }

  #findEndpoints(): void {
    this.#endpoints.clear();
    for (const { interfaceNumber, alternateSetting, endpoints } of this.#configuration?.alternates ?? []) {
      if (this.#claims.get(interfaceNumber) !== alternateSetting) continue;
      for (const [address, packetSize] of endpoints)
        this.#endpoints.set(address, { interfaceNumber, packetSize });
    }
  }

  /** Runs a call of OpenUSB on this handle's thread; gives what it returned, also if that is an error. */
  run(start: (job: number) => void): Promise<number> {
    if (this.isClosed) return Promise.reject(closed("the device"));
    return this.#context.run(start);
  }

  /** As {@link run}, and throws if it failed. */
  async call(name: string, start: (job: number) => void): Promise<void> {
    const status = await this.run(start);
    if (status !== OPENUSB_SUCCESS) throw await this.explain(name, status);
  }

  /** Makes the error of a failed call. OpenUSB has no number for a device that is gone: its list tells. */
  async explain(name: string, status: number): Promise<USBError> {
    const isVague = status === OPENUSB_SYS_FUNC_FAILURE || status === OPENUSB_PLATFORM_FAILURE;
    if (!isVague || !(await this.#isGone())) return failure(name, status);
    return failure(name, status, { code: "ENODEV", text: "the device is gone" });
  }

  /** Cancels what is in flight, waits for it, gives interfaces back and closes. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.native.beginClose(this.id);
    this.inFlight.cancel();
    await this.inFlight.drain();
    await this.#context.run((job) => this.native.closeHandle(this.id, job));
    this.native.freeHandle(this.id);
  }
}

/** Gives the handle back if it is one of this backend, whatever its type says. */
export function ownHandle(handle: OpenUsbHandle): OpenUsbHandle {
  if (handle instanceof OpenUsbHandle) return handle;
  throw foreign("handle", "openDevice");
}
