import {
  type BackendHandle,
  type BackendOpenOptions,
  type BackendSupports,
  IBackend,
  type Submission,
  type TransferRequest,
  USBError,
  type USBErrorCode,
} from "@tsusb/core/backend";
import { type Behaviour, FakeDevice, type FakeDeviceOptions } from "./fake-device.js";
import { FakeTransfer, type Outcome } from "./fake-transfer.js";

export { configurationBytes, deviceBytes } from "./descriptor-bytes.js";
export { FakeDevice, type FakeDeviceOptions } from "./fake-device.js";
export { FakeTransfer, type Outcome } from "./fake-transfer.js";

/** One call that the backend got, with its arguments. */
export interface FakeCall {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** An open fake device. */
export class FakeHandle implements BackendHandle {
  readonly device: FakeDevice;
  readonly options: BackendOpenOptions;
  readonly claimed = new Set<number>();
  isOpen = true;

  constructor(device: FakeDevice, options: BackendOpenOptions = {}) {
    this.device = device;
    this.options = options;
  }
}

/** Everything that a backend can do, as far as this one plays it. */
export const FAKE_SUPPORTS: BackendSupports = {
  isochronous: true,
  bulkStreams: false,
  cancel: "one",
  partialOnTimeout: true,
  hotplug: false,
  parent: false,
  portNumbers: true,
  speed: true,
  kernelDriver: true,
  autoDetach: false,
  reset: true,
  clearHalt: true,
  descriptors: "raw",
  stringsWithoutOpening: false,
  wrapSysDevice: false,
  distinguishesStall: true,
  distinguishesOverflow: true,
};

/**
 * A backend whose devices a test makes and commands. It records each call; transfers of silent endpoints end when the
 * test says so; {@link fail} makes the next call of a method reject.
 */
export class FakeBackend extends IBackend {
  readonly name: string = "fake";
  readonly supports: BackendSupports;
  readonly devices: FakeDevice[] = [];
  readonly calls: FakeCall[] = [];
  readonly handles = new Set<FakeHandle>();
  readonly transfers: FakeTransfer[] = [];
  isClosed = false;
  readonly #failures = new Map<string, unknown[]>();

  constructor(supports: Partial<BackendSupports> = {}) {
    super();
    this.supports = Object.freeze({ ...FAKE_SUPPORTS, ...supports });
  }

  /** Plugs a device in. */
  plug(device: FakeDevice | FakeDeviceOptions): FakeDevice {
    const plugged = device instanceof FakeDevice ? device : new FakeDevice(device);
    this.devices.push(plugged);
    return plugged;
  }

  /** Takes a device out; what is pending on it ends as `noDevice`. */
  unplug(device: FakeDevice): void {
    const index = this.devices.indexOf(device);
    if (index >= 0) this.devices.splice(index, 1);
    for (const transfer of this.pending(device)) transfer.settle({ status: "noDevice", length: 0 });
  }

  /** Transfers that have not ended, oldest first; of one device or endpoint, if named. */
  pending(device?: FakeDevice, endpoint?: number): FakeTransfer[] {
    return this.transfers.filter(
      (each) =>
        !each.settled &&
        (device === undefined || each.handle.device === device) &&
        (endpoint === undefined || each.request.endpoint === endpoint),
    );
  }

  /** Makes the next call of a method reject; for `submit` with nothing submitted. */
  fail(method: string, error: unknown): void {
    this.#failures.set(method, [...(this.#failures.get(method) ?? []), error]);
  }

  /** Names of the methods called, in order, without `submit` and the reading of descriptors. */
  get log(): string[] {
    const quiet = ["enumerateDevices", "getDeviceDescriptor", "getConfigurationDescriptor", "submit"];
    return this.calls.map(({ method }) => method).filter((method) => !quiet.includes(method));
  }

  async enumerateDevices(): Promise<readonly FakeDevice[]> {
    this.#called("enumerateDevices");
    return [...this.devices];
  }

  async getDeviceDescriptor(device: FakeDevice): Promise<Uint8Array> {
    this.#called("getDeviceDescriptor", device);
    return bytesOrThrow(device.descriptor);
  }

  async getConfigurationDescriptor(device: FakeDevice, index: number): Promise<Uint8Array> {
    this.#called("getConfigurationDescriptor", device, index);
    return bytesOrThrow(device.configurations[index] ?? failure("ENOENT", `no configuration ${index}`));
  }

  async openDevice(device: FakeDevice, options?: BackendOpenOptions): Promise<FakeHandle> {
    this.#called("openDevice", device, options);
    if (!this.devices.includes(device)) throw failure("ENODEV", "gone");
    const handle = new FakeHandle(device, options);
    this.handles.add(handle);
    return handle;
  }

  async closeDevice(handle: FakeHandle): Promise<void> {
    this.#called("closeDevice", handle);
    handle.isOpen = false;
    this.handles.delete(handle);
    for (const transfer of this.transfers) if (transfer.handle === handle) transfer.cancel();
  }

  async setConfiguration(handle: FakeHandle, configurationValue: number): Promise<void> {
    this.#called("setConfiguration", handle, configurationValue);
    if (this.#holders(handle.device).length > 0) throw failure("EBUSY", "an interface is claimed");
    handle.device.configurationValue = configurationValue;
  }

  async getConfiguration(handle: FakeHandle): Promise<number> {
    this.#called("getConfiguration", handle);
    return handle.device.configurationValue;
  }

  async claimInterface(handle: FakeHandle, interfaceNumber: number): Promise<void> {
    this.#called("claimInterface", handle, interfaceNumber);
    const others = this.#holders(handle.device).filter((each) => each !== handle);
    if (
      handle.device.drivers.has(interfaceNumber) ||
      others.some(({ claimed }) => claimed.has(interfaceNumber))
    ) {
      throw failure("EBUSY", `interface ${interfaceNumber} is held`);
    }
    handle.claimed.add(interfaceNumber);
  }

  async releaseInterface(handle: FakeHandle, interfaceNumber: number): Promise<void> {
    this.#called("releaseInterface", handle, interfaceNumber);
    if (!handle.claimed.delete(interfaceNumber))
      throw failure("ENOENT", `interface ${interfaceNumber} is not held`);
  }

  async setInterfaceAltsetting(
    handle: FakeHandle,
    interfaceNumber: number,
    alternate: number,
  ): Promise<void> {
    this.#called("setInterfaceAltsetting", handle, interfaceNumber, alternate);
  }

  override async allocStreams(
    handle: FakeHandle,
    count: number,
    endpoints: readonly number[],
  ): Promise<number> {
    if (!this.supports.bulkStreams) return super.allocStreams(handle, count, endpoints);
    this.#called("allocStreams", handle, count, ...endpoints);
    return Math.min(count, 16);
  }

  override async freeStreams(handle: FakeHandle, endpoints: readonly number[]): Promise<void> {
    if (!this.supports.bulkStreams) return super.freeStreams(handle, endpoints);
    this.#called("freeStreams", handle, ...endpoints);
  }

  override async clearHalt(handle: FakeHandle, endpoint: number): Promise<void> {
    this.#called("clearHalt", handle, endpoint);
  }

  override async resetDevice(handle: FakeHandle): Promise<void> {
    this.#called("resetDevice", handle);
  }

  override async isKernelDriverActive(handle: FakeHandle, interfaceNumber: number): Promise<boolean> {
    this.#called("isKernelDriverActive", handle, interfaceNumber);
    return handle.device.drivers.has(interfaceNumber);
  }

  override async detachKernelDriver(handle: FakeHandle, interfaceNumber: number): Promise<void> {
    this.#called("detachKernelDriver", handle, interfaceNumber);
    if (!handle.device.drivers.delete(interfaceNumber)) throw failure("ENOENT", "no driver");
  }

  override async attachKernelDriver(handle: FakeHandle, interfaceNumber: number): Promise<void> {
    this.#called("attachKernelDriver", handle, interfaceNumber);
    handle.device.drivers.set(interfaceNumber, "fake-driver");
  }

  submit(handle: FakeHandle, request: TransferRequest): Submission {
    const transfer = new FakeTransfer(handle, request);
    try {
      this.#called("submit", handle, request);
      if (!handle.isOpen) throw failure("ERR_USB_CLOSED", "the handle is closed");
      if (!this.devices.includes(handle.device)) throw failure("ENODEV", "gone");
    } catch (error) {
      transfer.refuse(error);
      return transfer;
    }
    this.transfers.push(transfer);
    if (this.supports.cancel === "none") transfer.onCancel = () => undefined;
    const outcome = request.setup
      ? controlOutcome(handle.device, transfer)
      : this.#outcome(handle.device, transfer);
    // Not before submit has returned, as with a real device.
    if (outcome) queueMicrotask(() => transfer.settle(outcome));
    return transfer;
  }

  async close(): Promise<void> {
    this.#called("close");
    this.isClosed = true;
    for (const handle of [...this.handles]) await this.closeDevice(handle);
  }

  #called(method: string, ...args: readonly unknown[]): void {
    this.calls.push({ method, args });
    const error = this.#failures.get(method)?.shift();
    if (error !== undefined) throw error;
    if (this.isClosed && method !== "close" && method !== "closeDevice") {
      throw failure("ERR_USB_CLOSED", "the backend is closed");
    }
  }

  #holders(device: FakeDevice): FakeHandle[] {
    return [...this.handles].filter((each) => each.device === device && each.claimed.size > 0);
  }

  #outcome(device: FakeDevice, transfer: FakeTransfer): Outcome | undefined {
    const { endpoint } = transfer.request;
    const behaviour: Behaviour = device.endpoints.get(endpoint) ?? "silent";
    if (typeof behaviour === "function") return behaviour(transfer);
    if (behaviour === "stall") return { status: "stall", length: 0 };
    if (behaviour === "sink") return {};
    if (behaviour === "loopback") return this.#loop(device, transfer);
    return undefined;
  }

  #loop(device: FakeDevice, transfer: FakeTransfer): Outcome | undefined {
    const { endpoint } = transfer.request;
    const number = endpoint & 0x0f;
    const stored = device.loops.get(number) ?? [];
    device.loops.set(number, stored);
    if (endpoint & 0x80) {
      const bytes = stored.shift();
      return bytes && { bytes };
    }
    const reader = this.pending(device, number | 0x80)[0];
    if (reader) queueMicrotask(() => reader.settle({ bytes: transfer.sent ?? [] }));
    else stored.push(transfer.sent ?? new Uint8Array(0));
    return {};
  }
}

function controlOutcome(device: FakeDevice, { request, sent }: FakeTransfer): Outcome | undefined {
  const { setup } = request;
  if (setup === undefined) return undefined;
  const bytes =
    setup.bmRequestType === 0x80 && setup.bRequest === 0x06 ? descriptorOf(device, setup.wValue) : undefined;
  if (bytes) return { bytes: bytes.slice(0, setup.wLength) };
  return device.control?.(setup, sent) ?? { status: "stall", length: 0 };
}

function descriptorOf(device: FakeDevice, wValue: number): Uint8Array | undefined {
  const index = wValue & 0xff;
  if (wValue >> 8 === 0x01) return bytesOrThrow(device.descriptor);
  if (wValue >> 8 !== 0x03 || device.strings.size === 0) return undefined;
  if (index === 0) return Uint8Array.of(4, 0x03, 0x09, 0x04);
  const text = device.strings.get(index);
  if (text === undefined) return undefined;
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return Uint8Array.of(2 + units.length * 2, 0x03, ...units.flatMap((unit) => [unit & 0xff, unit >> 8]));
}

function bytesOrThrow(bytes: Uint8Array | Error): Uint8Array {
  if (bytes instanceof Error) throw bytes;
  return bytes.slice();
}

function failure(code: USBErrorCode, message: string): USBError {
  return new USBError(`fake: ${message}`, { code, backend: "fake" });
}
