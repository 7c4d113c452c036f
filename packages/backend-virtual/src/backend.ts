import {
  type BackendDevice,
  type BackendDeviceEvent,
  type BackendSupports,
  type BackendWatch,
  IBackend,
  type Submission,
  type TransferRequest,
} from "@tsusb/core/backend";
import manifest from "../package.json" with { type: "json" };
import type { VirtualBus } from "./bus.js";
import { failure, hex } from "./errors.js";
import { VirtualHandle } from "./handle.js";
import { Pacer } from "./pacer.js";
import type { Pipe } from "./pipe.js";
import type { PluggedDevice } from "./plugged-device.js";
import { VirtualTransfer } from "./virtual-transfer.js";

const SUPPORTS: BackendSupports = Object.freeze({
  isochronous: false,
  bulkStreams: false,
  cancel: "one",
  partialOnTimeout: true,
  hotplug: true,
  parent: false,
  portNumbers: true,
  speed: true,
  kernelDriver: false,
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

  async getDeviceDescriptor(device: PluggedDevice): Promise<Uint8Array> {
    this.#checkPresent("getDeviceDescriptor", device);
    return device.device.descriptors.device.slice();
  }

  async getConfigurationDescriptor(device: PluggedDevice, index: number): Promise<Uint8Array> {
    this.#checkPresent("getConfigurationDescriptor", device);
    const bytes = device.device.descriptors.configurations[index];
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

  async openDevice(device: PluggedDevice): Promise<VirtualHandle> {
    this.#checkPresent("openDevice", device);
    const handle = new VirtualHandle(device);
    this.#handles.add(handle);
    return handle;
  }

  async closeDevice(handle: VirtualHandle): Promise<void> {
    this.#handles.delete(handle);
    await handle.close();
  }

  async setConfiguration(handle: VirtualHandle, configurationValue: number): Promise<void> {
    const device = this.#checkHandle("setConfiguration", handle);
    if (device.claims.size > 0)
      throw failure("EBUSY", `setConfiguration with interface ${[...device.claims.keys()]} claimed`);
    if (!device.selectConfiguration(configurationValue))
      throw failure("ENOENT", `configuration ${configurationValue}`);
  }

  async getConfiguration(handle: VirtualHandle): Promise<number> {
    return this.#checkHandle("getConfiguration", handle).configurationValue;
  }

  async claimInterface(handle: VirtualHandle, interfaceNumber: number): Promise<void> {
    const device = this.#checkHandle("claimInterface", handle);
    if (!device.alternates.has(interfaceNumber)) throw failure("ENOENT", `interface ${interfaceNumber}`);
    const holder = device.claims.get(interfaceNumber);
    if (holder !== undefined && holder !== handle) throw failure("EBUSY", `interface ${interfaceNumber}`);
    device.claims.set(interfaceNumber, handle);
  }

  async releaseInterface(handle: VirtualHandle, interfaceNumber: number): Promise<void> {
    this.#checkClaim("releaseInterface", handle, interfaceNumber);
    handle.release(interfaceNumber);
  }

  async setInterfaceAltsetting(
    handle: VirtualHandle,
    interfaceNumber: number,
    alternateSetting: number,
  ): Promise<void> {
    const device = this.#checkClaim("setInterfaceAltsetting", handle, interfaceNumber);
    if (!device.selectAlternate(interfaceNumber, alternateSetting))
      throw failure("ENOENT", `alternate setting ${alternateSetting} of interface ${interfaceNumber}`);
  }

  override async clearHalt(handle: VirtualHandle, endpoint: number): Promise<void> {
    const selected = this.#checkHandle("clearHalt", handle).endpoints.get(endpoint);
    if (selected === undefined) throw failure("ENOENT", `endpoint ${hex(endpoint)}`);
    selected.pipe.halted = false;
  }

  override async resetDevice(handle: VirtualHandle): Promise<void> {
    this.#checkHandle("resetDevice", handle).reset();
  }

  submit(handle: VirtualHandle, request: TransferRequest): Submission {
    try {
      const pipe = this.#pipeFor(handle, request);
      const transfer = new VirtualTransfer(request, this.#pacer, handle.pending);
      transfer.start(pipe);
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

  #pipeFor(handle: VirtualHandle, request: TransferRequest): Pipe {
    const device = this.#checkHandle("submit", handle);
    if (request.type === "isochronous") throw failure("ENOSYS", "isochronous transfer");
    if (request.streamId !== undefined) throw failure("ENOSYS", `bulk stream ${request.streamId}`);
    if (request.type === "control") return device.control;
    const selected = device.endpoints.get(request.endpoint);
    if (selected === undefined) throw failure("ENOENT", `endpoint ${hex(request.endpoint)}`);
    const holder = device.claims.get(selected.interfaceNumber);
    if (holder !== undefined && holder !== handle)
      throw failure("EBUSY", `interface ${selected.interfaceNumber}`);
    return selected.pipe;
  }

  #checkClaim(method: string, handle: VirtualHandle, interfaceNumber: number): PluggedDevice {
    const device = this.#checkHandle(method, handle);
    if (device.claims.get(interfaceNumber) !== handle)
      throw failure("ENOENT", `${method}: claim of interface ${interfaceNumber}`);
    return device;
  }

  #checkHandle(method: string, handle: VirtualHandle): PluggedDevice {
    this.#checkOpen(method);
    if (!handle.isOpen) throw failure("ERR_USB_CLOSED", `${method} on a handle`);
    this.#checkPresent(method, handle.device);
    return handle.device;
  }

  #checkPresent(method: string, device: PluggedDevice): void {
    this.#checkOpen(method);
    if (!device.present) throw failure("ENODEV", method);
  }

  #checkOpen(method: string): void {
    if (this.#closing !== undefined) throw failure("ERR_USB_CLOSED", `${method} on the virtual backend`);
  }
}
