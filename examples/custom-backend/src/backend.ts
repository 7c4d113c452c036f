import {
  type BackendDevice,
  type BackendHandle,
  type BackendSupports,
  IBackend,
  type Submission,
  type TransferRequest,
  type TransferResult,
} from "@tsusb/core/backend";
import { failure } from "./errors.js";
import { hardware, LoopbackDevice } from "./hardware.js";
import { LoopbackTransfer, resultOf } from "./transfer.js";

const SUPPORTS: BackendSupports = Object.freeze({
  isochronous: false,
  bulkStreams: false,
  cancel: "one",
  partialOnTimeout: true,
  hotplug: false,
  parent: false,
  portNumbers: false,
  speed: false,
  kernelDriver: false,
  autoDetach: false,
  reset: false,
  clearHalt: false,
  descriptors: "raw",
  stringsWithoutOpening: true,
  wrapSysDevice: false,
  distinguishesStall: true,
  distinguishesOverflow: true,
});

class LoopbackHandle implements BackendHandle {
  readonly device: LoopbackDevice;
  readonly pending = new Set<LoopbackTransfer>();
  isClosed = false;

  constructor(device: LoopbackDevice) {
    this.device = device;
  }
}

export class LoopbackBackend extends IBackend {
  readonly name = "loopback";
  readonly supports = SUPPORTS;
  override readonly version = "1.0.0";
  readonly #handles = new Set<LoopbackHandle>();
  readonly #onClose: () => void;
  #isClosed = false;

  constructor(onClose: () => void) {
    super();
    this.#onClose = onClose;
  }

  async enumerateDevices(): Promise<readonly BackendDevice[]> {
    this.#checkOpen();
    return hardware.list();
  }

  async getDeviceDescriptor(device: BackendDevice): Promise<Uint8Array> {
    return this.#descriptor(device, 1, 0);
  }

  async getConfigurationDescriptor(device: BackendDevice, index: number): Promise<Uint8Array> {
    return this.#descriptor(device, 2, index);
  }

  async openDevice(device: BackendDevice): Promise<BackendHandle> {
    const handle = new LoopbackHandle(this.#own(device));
    this.#handles.add(handle);
    return handle;
  }

  async closeDevice(handle: BackendHandle): Promise<void> {
    const own = ownHandle(handle);
    own.isClosed = true;
    this.#handles.delete(own);
    for (const transfer of own.pending) transfer.cancel();
    await Promise.all([...own.pending].map(({ done }) => done));
    if (own.device.holder === own) own.device.holder = undefined;
  }

  async getConfiguration(handle: BackendHandle): Promise<number> {
    return this.#open(handle).device.configurationValue;
  }

  async setConfiguration(handle: BackendHandle, configurationValue: number): Promise<void> {
    const { device } = this.#open(handle);
    if (configurationValue > 1) throw failure("missing", `configuration ${configurationValue}`);
    if (device.holder) throw failure("busy", "interface 0");
    device.configurationValue = configurationValue;
  }

  async claimInterface(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    const own = this.#open(handle);
    const exists = interfaceNumber === 0 && own.device.configurationValue === 1;
    if (!exists) throw failure("missing", `interface ${interfaceNumber}`);
    if (own.device.holder && own.device.holder !== own) throw failure("busy", "interface 0");
    own.device.holder = own;
  }

  async releaseInterface(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    this.#claimed(handle, interfaceNumber).holder = undefined;
  }

  async setInterfaceAltsetting(
    handle: BackendHandle,
    interfaceNumber: number,
    setting: number,
  ): Promise<void> {
    const device = this.#claimed(handle, interfaceNumber);
    if (setting !== 0) throw failure("missing", `alternate setting ${setting}`);
    device.packets.length = 0;
  }

  submit(handle: BackendHandle, request: TransferRequest): Submission {
    try {
      const own = this.#open(handle);
      const isRead = request.type !== "control" && request.endpoint === 0x81;
      if (!isRead) return { done: Promise.resolve(atOnce(own.device, request)), cancel: () => {} };
      const read = new LoopbackTransfer(own.device, checked(request));
      own.pending.add(read);
      void read.done.then(() => own.pending.delete(read));
      return read;
    } catch (error) {
      return { done: Promise.reject(error), cancel: () => {} };
    }
  }

  async close(): Promise<void> {
    if (!this.#isClosed) this.#onClose();
    this.#isClosed = true;
    await Promise.all([...this.#handles].map((handle) => this.closeDevice(handle)));
  }

  #checkOpen(): void {
    if (this.#isClosed) throw failure("closed", "the backend");
  }

  #own(device: BackendDevice): LoopbackDevice {
    if (!(device instanceof LoopbackDevice)) throw new TypeError("the device is not of the loopback backend");
    this.#checkOpen();
    if (!device.isPlugged) throw failure("gone", device.product);
    return device;
  }

  #open(handle: BackendHandle): LoopbackHandle {
    const own = ownHandle(handle);
    if (own.isClosed) throw failure("closed", "the handle");
    this.#own(own.device);
    return own;
  }

  #claimed(handle: BackendHandle, interfaceNumber: number): LoopbackDevice {
    const own = this.#open(handle);
    if (interfaceNumber === 0 && own.device.holder === own) return own.device;
    throw failure("missing", `claim of interface ${interfaceNumber}`);
  }

  #descriptor(device: BackendDevice, type: number, index: number): Uint8Array {
    const bytes = this.#own(device).descriptor(type, index);
    if (bytes === undefined) throw failure("missing", `descriptor ${index} of type ${type}`);
    return bytes;
  }
}

function ownHandle(handle: BackendHandle): LoopbackHandle {
  if (handle instanceof LoopbackHandle) return handle;
  throw new TypeError("the handle is not of the loopback backend");
}

/** Refuses what `supports` denies, and endpoints that there are not. */
function checked(request: TransferRequest): TransferRequest {
  const { type, endpoint, streamId } = request;
  if (type === "isochronous" || streamId !== undefined) throw failure("unsupported", `${type} transfer`);
  if (type !== "control" && endpoint !== 0x01 && endpoint !== 0x81)
    throw failure("missing", `endpoint ${endpoint}`);
  return request;
}

/** Control requests and writes, which the device answers in memory; `data` is copied before this returns. */
function atOnce(device: LoopbackDevice, request: TransferRequest): TransferResult {
  const { setup, data = new Uint8Array(0), into, zeroPacket = false } = checked(request);
  if (setup === undefined) {
    device.receive(data, zeroPacket);
    return { status: "completed", length: data.byteLength };
  }
  const answer = device.control(setup, data);
  if (answer === undefined) return { status: "stall", length: 0 };
  if (setup.bmRequestType >= 0x80) return resultOf("completed", answer, into);
  return { status: "completed", length: data.byteLength };
}
