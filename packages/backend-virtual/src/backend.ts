import {
  type BackendDevice,
  type BackendDeviceEvent,
  type BackendHandle,
  type BackendSupports,
  type BackendWatch,
  IBackend,
  type Submission,
  type TransferRequest,
} from "@tsusb/core/backend";
import manifest from "../package.json" with { type: "json" };
import type { VirtualBus } from "./bus.js";
import { busy, failure, hex } from "./errors.js";
import { VirtualHandle } from "./handle.js";
import { IsoTransfer } from "./pipes/iso-transfer.js";
import { Pacer } from "./pipes/pacer.js";
import type { Pipe } from "./pipes/pipe.js";
import { VirtualTransfer } from "./pipes/virtual-transfer.js";
import { PluggedDevice } from "./plugged-device.js";

const SUPPORTS: BackendSupports = Object.freeze({
  isochronous: true,
  bulkStreams: false,
  cancel: "one",
  partialOnTimeout: true,
  hotplug: true,
  parent: false,
  portNumbers: true,
  speed: true,
  kernelDriver: true,
  autoDetach: false,
  reset: true,
  clearHalt: true,
  descriptors: "raw",
  stringsWithoutOpening: true,
  wrapSysDevice: false,
  distinguishesStall: true,
  distinguishesOverflow: true,
});

/** The devices of one {@link VirtualBus}, behind the contract of every backend. */
export class VirtualBackend extends IBackend {
  readonly name = "virtual";
  readonly supports = SUPPORTS;
  override readonly version: string = manifest.version;
  /** Where its devices are plugged in. */
  readonly bus: VirtualBus;
  readonly #pacer = new Pacer();
  readonly #handles = new Set<VirtualHandle>();
  readonly #watches = new Set<() => void>();
  readonly #onClose: () => void;
  #closing: Promise<void> | undefined;

  /** @param onClose - Called once when it is closed; default nothing. */
  constructor(bus: VirtualBus, onClose: () => void = () => {}) {
    super();
    this.bus = bus;
    this.#onClose = onClose;
  }

  async enumerateDevices(): Promise<readonly BackendDevice[]> {
    this.#checkOpen("enumerateDevices");
    return this.bus.list();
  }

  async getDeviceDescriptor(device: BackendDevice): Promise<Uint8Array> {
    const plugged = this.#checkPresent("getDeviceDescriptor", device);
    return plugged.device.descriptors.device.slice();
  }

  async getConfigurationDescriptor(device: BackendDevice, index: number): Promise<Uint8Array> {
    const plugged = this.#checkPresent("getConfigurationDescriptor", device);
    const bytes = plugged.device.descriptors.configurations[index];
    if (bytes === undefined) throw failure("ENOENT", `configuration index ${index}`);
    return bytes.slice();
  }

  override async watch(listener: (event: BackendDeviceEvent) => void): Promise<BackendWatch> {
    this.#checkOpen("watch");
    const end = this.bus.listen(listener);
    this.#watches.add(end);
    return {
      close: async () => {
        end();
        this.#watches.delete(end);
      },
    };
  }

  async openDevice(device: BackendDevice): Promise<BackendHandle> {
    const handle = new VirtualHandle(this.#checkPresent("openDevice", device));
    this.#handles.add(handle);
    return handle;
  }

  async closeDevice(handle: BackendHandle): Promise<void> {
    const own = ownHandle(handle);
    this.#handles.delete(own);
    await own.close();
  }

  async setConfiguration(handle: BackendHandle, configurationValue: number): Promise<void> {
    const { device } = this.#checkHandle("setConfiguration", handle);
    if (device.drivers.anyHolder !== undefined) throw busy("setConfiguration", device.drivers.anyHolder);
    if (device.claims.size > 0)
      throw failure("EBUSY", `setConfiguration with interface ${[...device.claims.keys()]} claimed`);
    if (!device.selectConfiguration(configurationValue))
      throw failure("ENOENT", `configuration ${configurationValue}`);
  }

  async getConfiguration(handle: BackendHandle): Promise<number> {
    return this.#checkHandle("getConfiguration", handle).device.configurationValue;
  }

  async claimInterface(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    const { device } = this.#checkHandle("claimInterface", handle);
    if (!device.alternates.has(interfaceNumber)) throw failure("ENOENT", `interface ${interfaceNumber}`);
    const holder = device.claims.get(interfaceNumber);
    if (holder !== undefined && holder !== handle) throw failure("EBUSY", `interface ${interfaceNumber}`);
    const driver = device.drivers.holder(interfaceNumber);
    if (driver !== undefined) throw busy(`interface ${interfaceNumber}`, driver);
    device.claims.set(interfaceNumber, handle);
  }

  async releaseInterface(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    this.#checkClaim("releaseInterface", handle, interfaceNumber).release(interfaceNumber);
  }

  async setInterfaceAltsetting(
    handle: BackendHandle,
    interfaceNumber: number,
    alternateSetting: number,
  ): Promise<void> {
    const { device } = this.#checkClaim("setInterfaceAltsetting", handle, interfaceNumber);
    if (!device.selectAlternate(interfaceNumber, alternateSetting))
      throw failure("ENOENT", `alternate setting ${alternateSetting} of interface ${interfaceNumber}`);
  }

  override async clearHalt(handle: BackendHandle, endpoint: number): Promise<void> {
    const selected = this.#checkHandle("clearHalt", handle).device.endpoints.get(endpoint);
    if (selected === undefined) throw failure("ENOENT", `endpoint ${hex(endpoint)}`);
    selected.pipe.halted = false;
  }

  override async resetDevice(handle: BackendHandle): Promise<void> {
    this.#checkHandle("resetDevice", handle).device.reset();
  }

  override async isKernelDriverActive(handle: BackendHandle, interfaceNumber: number): Promise<boolean> {
    const { device } = this.#checkHandle("isKernelDriverActive", handle);
    return device.drivers.holder(interfaceNumber) !== undefined;
  }

  override async detachKernelDriver(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    const { device } = this.#checkHandle("detachKernelDriver", handle);
    if (!device.drivers.detach(interfaceNumber))
      throw failure("ENOENT", `driver of interface ${interfaceNumber}`);
  }

  override async attachKernelDriver(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    const { device } = this.#checkHandle("attachKernelDriver", handle);
    if (device.claims.has(interfaceNumber)) throw failure("EBUSY", `interface ${interfaceNumber}`);
    if (!device.drivers.attach(interfaceNumber))
      throw failure("ENOENT", `driver of interface ${interfaceNumber}`);
  }

  submit(handle: BackendHandle, request: TransferRequest): Submission {
    try {
      const own = this.#checkHandle("submit", handle);
      const pipe = pipeFor(own, request);
      const Transfer = request.type === "isochronous" ? IsoTransfer : VirtualTransfer;
      const transfer = new Transfer(request, this.#pacer, own.pending);
      if (request.type === "control" || own.device.survivesTransfer()) transfer.start(pipe);
      else transfer.settle("noDevice");
      return transfer;
    } catch (error) {
      return { done: Promise.reject(error), cancel: () => {} };
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#onClose();
    for (const end of this.#watches) end();
    const handles = [...this.#handles];
    this.#handles.clear();
    await Promise.all(handles.map((handle) => handle.close()));
  }

  #checkClaim(method: string, handle: BackendHandle, interfaceNumber: number): VirtualHandle {
    const own = this.#checkHandle(method, handle);
    if (own.device.claims.get(interfaceNumber) !== own)
      throw failure("ENOENT", `${method}: claim of interface ${interfaceNumber}`);
    return own;
  }

  #checkHandle(method: string, handle: BackendHandle): VirtualHandle {
    const own = ownHandle(handle);
    this.#checkOpen(method);
    if (!own.isOpen) throw failure("ERR_USB_CLOSED", `${method} on a handle`);
    this.#checkPresent(method, own.device);
    return own;
  }

  #checkPresent(method: string, device: BackendDevice): PluggedDevice {
    if (!(device instanceof PluggedDevice))
      throw new TypeError(`${method}: the device is not of the virtual backend; pass one that it listed`);
    this.#checkOpen(method);
    if (!device.present) throw failure("ENODEV", method);
    return device;
  }

  #checkOpen(method: string): void {
    if (this.#closing !== undefined) throw failure("ERR_USB_CLOSED", `${method} on the virtual backend`);
  }
}

function ownHandle(handle: BackendHandle): VirtualHandle {
  if (handle instanceof VirtualHandle) return handle;
  throw new TypeError("the handle is not of the virtual backend; pass one that its openDevice gave");
}

function pipeFor(handle: VirtualHandle, request: TransferRequest): Pipe {
  const { device } = handle;
  if (request.streamId !== undefined) throw failure("ENOSYS", `bulk stream ${request.streamId}`);
  if (request.type === "control") return device.control;
  const selected = device.endpoints.get(request.endpoint);
  if (selected === undefined) throw failure("ENOENT", `endpoint ${hex(request.endpoint)}`);
  const holder = device.claims.get(selected.interfaceNumber);
  if (holder !== undefined && holder !== handle)
    throw failure("EBUSY", `interface ${selected.interfaceNumber}`);
  return selected.pipe;
}
