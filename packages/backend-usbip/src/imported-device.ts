import type { BackendHandle, ControlSetup, IBackend, Submission, TransferRequest } from "@tsusb/core/backend";
import { submitCancellable } from "./cancellable-submission.js";
import type { ConfigurationMap, EndpointPlace } from "./configuration-map.js";
import type { ExportedDevice } from "./exported-device.js";
import type { StateChange } from "./standard-request.js";

/**
 * A device that a client has: open, with what is selected and claimed on its behalf. It takes from the system what a
 * client uses, when it uses it, and gives everything back in the end.
 */
export class ImportedDevice {
  readonly exported: ExportedDevice;
  readonly #backend: IBackend;
  readonly #handle: BackendHandle;
  #configuration: ConfigurationMap | undefined;
  /** By `bInterfaceNumber`: the alternate setting that is selected; 0 where there is nothing. */
  readonly #alternates = new Map<number, number>();
  readonly #claims = new Set<number>();
  /** Interfaces whose driver was taken off. */
  readonly #withoutDriver = new Set<number>();

  private constructor(backend: IBackend, handle: BackendHandle, exported: ExportedDevice) {
    this.#backend = backend;
    this.#handle = handle;
    this.exported = exported;
  }

  /** Opens a device. I/O: may block the backend, not this thread. @throws USBError as `openDevice` does. */
  static async open(backend: IBackend, exported: ExportedDevice): Promise<ImportedDevice> {
    const handle = await backend.openDevice(exported.device);
    const imported = new ImportedDevice(backend, handle, exported);
    try {
      imported.#configuration = imported.#configurationOf(await backend.getConfiguration(handle));
      return imported;
    } catch (error) {
      await backend.closeDevice(handle);
      throw error;
    }
  }

  /** The configuration that is selected. */
  get configuration(): ConfigurationMap | undefined {
    return this.#configuration;
  }

  /** Whether several transfers may wait on one endpoint, each of which can be cancelled alone. */
  get cancelsOne(): boolean {
    return this.#backend.supports.cancel === "one";
  }

  /** Finds an endpoint of what is selected. @param address - `bEndpointAddress`. */
  place(address: number): EndpointPlace | undefined {
    return this.#configuration?.endpoint(address, this.#alternates);
  }

  /** Tells which interface must be claimed before a transfer; `undefined` if none, or if it is claimed. */
  unclaimed(endpoint: number, setup: ControlSetup): number | undefined {
    const isControl = (endpoint & 0x0f) === 0;
    const number = isControl ? this.#recipient(setup) : this.place(endpoint)?.interfaceNumber;
    return number === undefined || this.#claims.has(number) ? undefined : number;
  }

  /** Claims an interface, from its driver if it must be. @throws USBError as the backend does. */
  async claim(interfaceNumber: number): Promise<void> {
    if (this.#claims.has(interfaceNumber)) return;
    await this.#detachDriver(interfaceNumber);
    await this.#backend.claimInterface(this.#handle, interfaceNumber);
    this.#claims.add(interfaceNumber);
  }

  /** Does what a client wanted by a standard request. Nothing may be in flight on what it changes. */
  async change(change: StateChange): Promise<void> {
    switch (change.type) {
      case "address":
        return;
      case "configuration":
        return this.#selectConfiguration(change.configurationValue);
      case "alternate":
        await this.claim(change.interfaceNumber);
        await this.#backend.setInterfaceAltsetting(
          this.#handle,
          change.interfaceNumber,
          change.alternateSetting,
        );
        this.#alternates.set(change.interfaceNumber, change.alternateSetting);
        return;
      case "clearHalt": {
        const place = this.place(change.endpoint);
        if (place !== undefined) await this.claim(place.interfaceNumber);
        return this.#backend.clearHalt(this.#handle, change.endpoint);
      }
      case "reset":
        await this.#backend.resetDevice(this.#handle);
        this.#alternates.clear();
    }
  }

  /** Whether the backend has a call for a change; if not, the request goes to the device. */
  canChange({ type }: StateChange): boolean {
    const { clearHalt, reset } = this.#backend.supports;
    return type === "clearHalt" ? clearHalt : type === "reset" ? reset : true;
  }

  /** Whether an endpoint is touched by a change. */
  isChanged(endpoint: number, change: StateChange): boolean {
    if (change.type === "alternate") return this.place(endpoint)?.interfaceNumber === change.interfaceNumber;
    return change.type === "configuration" || change.type === "reset";
  }

  submit(request: TransferRequest): Submission {
    return submitCancellable(this.#backend, this.#handle, request);
  }

  /** Ends what is in flight and gives everything back; what cannot be given back is gone. */
  async close(): Promise<void> {
    const drivers = this.#backend.supports.kernelDriver ? [...this.#withoutDriver] : [];
    if (drivers.length > 0) {
      await this.#release().catch(() => undefined);
      for (const number of drivers)
        await this.#backend.attachKernelDriver(this.#handle, number).catch(() => undefined);
    }
    await this.#backend.closeDevice(this.#handle);
  }

  async #selectConfiguration(value: number): Promise<void> {
    await this.#release();
    for (const number of this.#configuration?.interfaces.keys() ?? []) await this.#detachDriver(number);
    await this.#backend.setConfiguration(this.#handle, value);
    this.#configuration = this.#configurationOf(value);
    this.#alternates.clear();
  }

  async #release(): Promise<void> {
    for (const number of this.#claims) {
      this.#claims.delete(number);
      await this.#backend.releaseInterface(this.#handle, number);
    }
  }

  async #detachDriver(interfaceNumber: number): Promise<void> {
    if (!this.#backend.supports.kernelDriver) return;
    if (!(await this.#backend.isKernelDriverActive(this.#handle, interfaceNumber))) return;
    await this.#backend.detachKernelDriver(this.#handle, interfaceNumber);
    this.#withoutDriver.add(interfaceNumber);
  }

  /** Systems want the interface claimed that a request goes to, unless the request is a vendor's. */
  #recipient({ bmRequestType, wIndex }: ControlSetup): number | undefined {
    if ((bmRequestType & TYPE_MASK) === TYPE_VENDOR) return undefined;
    const recipient = bmRequestType & RECIPIENT_MASK;
    if (recipient === TO_ENDPOINT) return this.place(wIndex & 0x8f)?.interfaceNumber;
    const number = wIndex & 0xff;
    return recipient === TO_INTERFACE && this.#configuration?.interfaces.has(number) ? number : undefined;
  }

  #configurationOf(value: number): ConfigurationMap | undefined {
    return value === 0 ? undefined : this.exported.configurations.find((each) => each.value === value);
  }
}

// Source: USB 2.0 Table 9-2.
const TYPE_MASK = 0x60;
const TYPE_VENDOR = 0x40;
const RECIPIENT_MASK = 0x1f;
const TO_INTERFACE = 1;
const TO_ENDPOINT = 2;
