import { getBackend, type VirtualBus } from "@tsusb/backend-virtual";
import {
  type BackendDevice,
  type BackendHandle,
  type BackendSupports,
  IBackend,
  type Submission,
  type TransferRequest,
  type TransferResult,
  USBError,
} from "@tsusb/core/backend";

/** The least that a backend can be able to, and what a library with calls that block and tell little comes to. */
export const LIMITED: BackendSupports = Object.freeze({
  isochronous: false,
  bulkStreams: false,
  cancel: "none",
  partialOnTimeout: false,
  hotplug: false,
  parent: false,
  portNumbers: false,
  speed: false,
  kernelDriver: false,
  autoDetach: false,
  reset: false,
  clearHalt: true,
  descriptors: "rebuilt",
  stringsWithoutOpening: false,
  wrapSysDevice: false,
  distinguishesStall: false,
  distinguishesOverflow: false,
});

class LimitedDevice implements BackendDevice {
  readonly key: string;
  readonly inner: BackendDevice;

  constructor(inner: BackendDevice) {
    this.key = inner.key;
    this.inner = inner;
  }
}

class LimitedHandle implements BackendHandle {
  readonly device: LimitedDevice;
  readonly inner: BackendHandle;
  /** By endpoint, the end of the last transfer: one after another, as with one thread for each. */
  readonly lines = new Map<number, Promise<unknown>>();
  isClosed = false;

  constructor(device: LimitedDevice, inner: BackendHandle) {
    this.device = device;
    this.inner = inner;
  }
}

/**
 * A backend with the limits of old libraries, over a virtual bus: it cannot cancel, has one transfer of an endpoint under
 * way, drops what came before a timeout, takes an overflow and a stalled endpoint for success and never ends a control
 * request that was refused, and learns only from a transfer itself that the device is gone.
 */
export class LimitedBackend extends IBackend {
  readonly name = "limited";
  readonly supports = LIMITED;
  readonly #inner: IBackend;
  readonly #handles = new Set<LimitedHandle>();
  readonly #devices = new Map<string, LimitedDevice>();
  #closing: Promise<void> | undefined;

  static async over(bus: VirtualBus): Promise<LimitedBackend> {
    return new LimitedBackend(await getBackend({ bus }));
  }

  private constructor(inner: IBackend) {
    super();
    this.#inner = inner;
  }

  async enumerateDevices(): Promise<readonly LimitedDevice[]> {
    return (await this.#inner.enumerateDevices()).map((inner) => {
      const device = this.#devices.get(inner.key) ?? new LimitedDevice(inner);
      this.#devices.set(inner.key, device);
      return device;
    });
  }

  async getDeviceDescriptor(device: BackendDevice): Promise<Uint8Array> {
    return this.#inner.getDeviceDescriptor(ownDevice(device).inner);
  }

  async getConfigurationDescriptor(device: BackendDevice, index: number): Promise<Uint8Array> {
    return this.#inner.getConfigurationDescriptor(ownDevice(device).inner, index);
  }

  async openDevice(device: BackendDevice): Promise<LimitedHandle> {
    const own = ownDevice(device);
    const handle = new LimitedHandle(own, await this.#inner.openDevice(own.inner));
    this.#handles.add(handle);
    return handle;
  }

  async closeDevice(handle: BackendHandle): Promise<void> {
    const own = ownHandle(handle);
    own.isClosed = true;
    await Promise.all(own.lines.values());
    this.#handles.delete(own);
    await this.#inner.closeDevice(own.inner);
  }

  async setConfiguration(handle: BackendHandle, configurationValue: number): Promise<void> {
    return this.#inner.setConfiguration(ownHandle(handle).inner, configurationValue);
  }

  async getConfiguration(handle: BackendHandle): Promise<number> {
    return this.#inner.getConfiguration(ownHandle(handle).inner);
  }

  async claimInterface(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    return this.#inner.claimInterface(ownHandle(handle).inner, interfaceNumber);
  }

  async releaseInterface(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    return this.#inner.releaseInterface(ownHandle(handle).inner, interfaceNumber);
  }

  async setInterfaceAltsetting(handle: BackendHandle, number: number, setting: number): Promise<void> {
    return this.#inner.setInterfaceAltsetting(ownHandle(handle).inner, number, setting);
  }

  override async clearHalt(handle: BackendHandle, endpoint: number): Promise<void> {
    return this.#inner.clearHalt(ownHandle(handle).inner, endpoint);
  }

  submit(handle: BackendHandle, request: TransferRequest): Submission {
    const { into, ...rest } = request;
    const data = request.data?.slice();
    const own = { ...rest, ...(data && { data }), ...(into && { length: into.byteLength }) };
    const done = this.#transfer(handle, own).then((result) => (into ? filled(into, result) : result));
    return { done, cancel: () => {} };
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #transfer(handle: BackendHandle, request: TransferRequest): Promise<TransferResult> {
    const own = ownHandle(handle);
    if (own.isClosed || this.#closing) throw refusal("ERR_USB_CLOSED");
    if (request.type === "isochronous" || request.streamId !== undefined) throw refusal("ENOSYS");
    const before = own.lines.get(request.endpoint);
    const after = (async (): Promise<TransferResult> => {
      await before;
      return own.isClosed ? { status: "cancelled", length: 0 } : this.#call(own, request);
    })();
    own.lines.set(
      request.endpoint,
      after.catch(() => {}),
    );
    return after;
  }

  /** The call that blocks, and what its library makes of it. */
  async #call({ inner }: LimitedHandle, request: TransferRequest): Promise<TransferResult> {
    const result = await this.#inner.submit(inner, request).done.catch((error: unknown) => {
      if (USBError.is(error) && error.code === "ENODEV") return { status: "noDevice", length: 0 } as const;
      throw error;
    });
    if (result.status === "timedOut") return { status: "timedOut", length: 0 };
    if (result.status === "overflow") return { status: "completed", length: 0 };
    if (result.status !== "stall") return result;
    if (request.type !== "control") return { status: "completed", length: 0 };
    await new Promise((resolve) => setTimeout(resolve, request.timeout));
    return { status: "timedOut", length: 0 };
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#handles].map((handle) => this.closeDevice(handle)));
    await this.#inner.close();
  }
}

/** Bytes go into the caller's buffer at the end only, if it is still there. */
function filled(into: Uint8Array, { data, ...result }: TransferResult): TransferResult {
  if (data === undefined) return result;
  if (into.byteLength < data.byteLength) return { ...result, data };
  into.set(data);
  return result;
}

function ownDevice(device: BackendDevice): LimitedDevice {
  if (device instanceof LimitedDevice) return device;
  throw new TypeError("the device is not of the limited backend");
}

function ownHandle(handle: BackendHandle): LimitedHandle {
  if (handle instanceof LimitedHandle) return handle;
  throw new TypeError("the handle is not of the limited backend");
}

function refusal(code: "ERR_USB_CLOSED" | "ENOSYS"): USBError {
  return new USBError(`the limited backend: ${code}`, { code, backend: "limited" });
}
