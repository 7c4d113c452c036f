import { DeviceList, slotSize } from "@tsusb/addon-kit";
import {
  type BackendSupports,
  IBackend,
  type Submission,
  type TransferRequest,
  USBError,
} from "@tsusb/core/backend";
import { USB_ERRNO } from "./constants.js";
import { Context } from "./context.js";
import { LibUsb0Device } from "./device.js";
import { type EndpointFacts, hasSetting, UNKNOWN } from "./endpoints.js";
import { check, closed, failure, foreign, gone, orMissing, unable, unclaimed } from "./errors.js";
import { LibUsb0Handle, ownHandle } from "./handle.js";
import type { Implementation, LibUsb0Library } from "./library.js";
import type { Native, NativeDevice, NativeListing } from "./native.js";
import { Transfer } from "./transfer.js";

/**
 * What {@link LibUsb0Backend.create} stands on.
 *
 * @internal
 */
export interface LibUsb0BackendParts {
  readonly native: Native;
  readonly library: LibUsb0Library;
  /** Says what the library can do here, once its first search has told whether sysfs knows its devices. */
  readonly supports: (inSystem: boolean) => BackendSupports;
  /** As in `BackendOptions`; `undefined` leaves the library's own. */
  readonly logLevel: number | undefined;
  /** Called when the backend is closed, at once. */
  readonly onClose: () => void;
}

/** Tells the contexts of this process apart in keys. */
let contexts = 0;

/** libusb 0.1, by its blocking calls on threads of their own. {@link getBackend} gives one. */
export class LibUsb0Backend extends IBackend {
  readonly name = "libusb0";
  readonly supports: BackendSupports;
  override readonly version: string | undefined;
  override readonly libraryPath: string;
  /** Which of the three libraries it is that call themselves libusb 0.1. */
  readonly implementation: Implementation;

  readonly #context: Context;
  readonly #library: LibUsb0Library;
  readonly #devices: DeviceList<NativeDevice, LibUsb0Device>;
  readonly #handles = new Set<LibUsb0Handle>();
  readonly #opening = new Set<Promise<unknown>>();
  readonly #onClose: () => void;
  #closing: Promise<void> | undefined;

  /**
   * Initialises `library` and lets it search for devices once, on a thread of its own.
   *
   * @internal
   * @throws {@link USBError} with what `usb_find_busses` said. A system without USB is no error.
   */
  static async create(parts: LibUsb0BackendParts): Promise<LibUsb0Backend> {
    const { native, library, logLevel } = parts;
    const keyPrefix = `libusb0-${++contexts}`;
    const devices = new DeviceList((device: NativeDevice) => new LibUsb0Device(device, keyPrefix));
    const context = new Context(native, library);
    const status = await context.run((job) => native.initContext(context.id, job, logLevel ?? -1));
    if (status < 0) {
      await context.exit();
      throw failure("usb_find_busses", status);
    }
    return new LibUsb0Backend(context, devices, parts, parts.supports(status === 1));
  }

  private constructor(
    context: Context,
    devices: DeviceList<NativeDevice, LibUsb0Device>,
    { library, onClose }: LibUsb0BackendParts,
    supports: BackendSupports,
  ) {
    super();
    this.#context = context;
    this.#library = library;
    this.#devices = devices;
    this.#onClose = onClose;
    this.supports = supports;
    this.version = context.native.libraryVersion(library.id);
    this.libraryPath = library.path;
    this.implementation = library.implementation;
  }

  async enumerateDevices(): Promise<readonly LibUsb0Device[]> {
    this.#checkOpen();
    const { native, id } = this.#context;
    const { status, result } = await this.#context.fetch((job) => native.listDevices(id, job));
    check("usb_find_devices", status);
    return this.#devices.update(result as NativeListing);
  }

  async getDeviceDescriptor(device: LibUsb0Device): Promise<Uint8Array> {
    this.#checkPlugged(device);
    return device.deviceDescriptor.slice();
  }

  async getConfigurationDescriptor(device: LibUsb0Device, index: number): Promise<Uint8Array> {
    this.#checkPlugged(device);
    if (device.configurations === undefined) return this.rebuildConfiguration(device, index);
    const bytes = device.configurations[index];
    if (bytes !== undefined) return bytes.slice();
    throw new USBError(`there is no configuration with index ${index}`, {
      code: "ENOENT",
      backend: this.name,
    });
  }

  /**
   * As {@link getConfigurationDescriptor}, but always out of libusb's structs, as on systems that do not keep the
   * device's own bytes.
   *
   * @internal
   */
  async rebuildConfiguration(device: LibUsb0Device, index: number): Promise<Uint8Array> {
    this.#checkPlugged(device);
    const { native, id } = this.#context;
    const { status, result } = await this.#context.fetch((job) =>
      native.configurationOf(id, job, device.id, index),
    );
    check("usb_get_busses", status);
    return result as Uint8Array;
  }

  async openDevice(device: LibUsb0Device): Promise<LibUsb0Handle> {
    this.#checkPlugged(device);
    const { native, id } = this.#context;
    let handle = 0;
    const opened = this.#context.run((job) => {
      handle = native.openDevice(id, job, device.id);
    });
    const cancels = this.supports.cancel !== "none";
    return this.#opened("usb_open", opened, () => new LibUsb0Handle(this.#context, device, handle, cancels));
  }

  async closeDevice(handle: LibUsb0Handle): Promise<void> {
    await ownHandle(handle).close();
    this.#handles.delete(handle);
  }

  async setConfiguration(handle: LibUsb0Handle, configurationValue: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    try {
      await handle.call("usb_set_configuration", (job) =>
        native.setConfiguration(id, job, configurationValue),
      );
    } catch (error) {
      const configuration = await this.#configuration(handle.device, configurationValue);
      throw configuration === undefined ? orMissing(error, `configuration ${configurationValue}`) : error;
    }
  }

  async getConfiguration(handle: LibUsb0Handle): Promise<number> {
    const { native, id } = ownHandle(handle);
    return handle.call("usb_control_msg", (job) => native.getConfiguration(id, job));
  }

  async claimInterface(handle: LibUsb0Handle, interfaceNumber: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("usb_claim_interface", (job) => native.claimInterface(id, job, interfaceNumber));
    // Not what it held already: that may have another setting.
    if (!handle.endpoints.has(interfaceNumber)) await this.#know(handle, interfaceNumber, 0);
  }

  async releaseInterface(handle: LibUsb0Handle, interfaceNumber: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("usb_release_interface", (job) => native.releaseInterface(id, job, interfaceNumber));
    handle.endpoints.remove(interfaceNumber);
  }

  async setInterfaceAltsetting(
    handle: LibUsb0Handle,
    interfaceNumber: number,
    alternateSetting: number,
  ): Promise<void> {
    const { native, id } = ownHandle(handle);
    try {
      await handle.call("usb_set_altinterface", (job) =>
        native.setInterfaceAltSetting(id, job, interfaceNumber, alternateSetting),
      );
    } catch (error) {
      const configuration = await this.#activeConfiguration(handle);
      const has = configuration && hasSetting(configuration, interfaceNumber, alternateSetting);
      const what = `alternate setting ${alternateSetting} of interface ${interfaceNumber}`;
      throw has === false ? orMissing(error, what) : error;
    }
    await this.#know(handle, interfaceNumber, alternateSetting);
  }

  override async clearHalt(handle: LibUsb0Handle, endpoint: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("usb_clear_halt", (job) => native.clearHalt(id, job, endpoint));
  }

  override async resetDevice(handle: LibUsb0Handle): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("usb_reset", (job) => native.resetDevice(id, job));
    for (const number of handle.endpoints.interfaceNumbers) await this.#know(handle, number, 0);
  }

  /**
   * Tells which driver of the system holds an interface: `usb_get_driver_np`.
   *
   * I/O: asks the operating system. Not part of the contract, since libusb 0.1 cannot give a driver back.
   *
   * @returns Its name, always `"dummy"` with the compatibility layer; `undefined` if none holds it.
   * @throws {@link USBError} `ENOSYS` where the library cannot tell, `ENODEV`.
   */
  async getDriver(handle: LibUsb0Handle, interfaceNumber: number): Promise<string | undefined> {
    const { native, id } = ownHandle(handle);
    this.#need("usb_get_driver_np");
    try {
      const call = (job: number) => native.driverOf(id, job, interfaceNumber);
      return await handle.fetch("usb_get_driver_np", call);
    } catch (error) {
      if (USBError.is(error) && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /**
   * Takes the system's driver off an interface, for good: `usb_detach_kernel_driver_np`. The device has to be plugged in
   * again, or its driver told by other means, before it takes the interface again.
   *
   * I/O: asks the operating system. Not part of the contract, since libusb 0.1 cannot give a driver back.
   *
   * @throws {@link USBError} `ENOENT` if none holds it, `ENOSYS` where the library cannot, `ENODEV`. The compatibility
   *   layer says `EINVAL` for the first and `ENOSYS` for everything else.
   */
  async detachDriver(handle: LibUsb0Handle, interfaceNumber: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    this.#need("usb_detach_kernel_driver_np");
    const call = (job: number) => native.detachDriver(id, job, interfaceNumber);
    await handle.call("usb_detach_kernel_driver_np", call);
  }

  submit(handle: LibUsb0Handle, request: TransferRequest): Submission {
    try {
      if (ownHandle(handle).isClosed) return refused(closed("the device"));
      if (request.streamId !== undefined) return refused(unable("streamId is given", "bulk streams"));
      if (request.packetLengths !== undefined && !this.supports.isochronous)
        return refused(unable("packetLengths are given", "isochronous transfers"));
      if (!this.#devices.has(handle.device)) return refused(gone());
      const facts = request.type === "control" ? UNKNOWN : handle.endpoints.find(request.endpoint);
      if (facts === undefined) return refused(unclaimed(request.endpoint));
      return this.#start(handle, request, facts);
    } catch (error) {
      // What core did not check: a length that no C library takes, a setup packet that belies the data.
      return refused(error);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #start(handle: LibUsb0Handle, request: TransferRequest, facts: EndpointFacts): Transfer {
    const slot = this.#context.slots.take(slotSize(request), request.packetLengths?.length ?? 0);
    if (slot === undefined) throw failure("malloc", USB_ERRNO.ENOMEM ?? -1);
    const transfer = new Transfer(handle, request, slot, this.#context.slots);
    check(CALLS[request.type], transfer.start(slot, facts));
    return transfer;
  }

  async #close(): Promise<void> {
    this.#onClose();
    await Promise.allSettled(this.#opening);
    await Promise.all([...this.#handles].map((handle) => handle.close()));
    this.#handles.clear();
    await this.#context.exit();
    this.#library.close();
  }

  async #opened(call: string, opened: Promise<number>, make: () => LibUsb0Handle): Promise<LibUsb0Handle> {
    this.#opening.add(opened);
    try {
      const status = await opened;
      const handle = make();
      this.#handles.add(handle);
      if (status >= 0 && this.#closing === undefined) return handle;
      await this.closeDevice(handle);
      throw status < 0 ? failure(call, status) : closed("the backend");
    } finally {
      this.#opening.delete(opened);
    }
  }

  /** Keeps what transfers need of an interface's setting. */
  async #know(handle: LibUsb0Handle, interfaceNumber: number, alternateSetting: number): Promise<void> {
    const configuration = await this.#activeConfiguration(handle);
    handle.endpoints.add(configuration, interfaceNumber, alternateSetting);
  }

  async #activeConfiguration(handle: LibUsb0Handle): Promise<Uint8Array | undefined> {
    try {
      return await this.#configuration(handle.device, await this.getConfiguration(handle));
    } catch {
      // Only what cannot be known: the call that this is for has its own error.
      return undefined;
    }
  }

  /** The configuration with this value; `undefined` if there is none or its bytes are not to be had. */
  async #configuration(device: LibUsb0Device, value: number): Promise<Uint8Array | undefined> {
    const count = device.deviceDescriptor[17] ?? 0;
    for (let index = 0; index < count; index++) {
      const bytes = await this.getConfigurationDescriptor(device, index).catch(() => undefined);
      if (bytes?.[5] === value) return bytes;
    }
    return undefined;
  }

  #need(symbol: string): void {
    if (!this.#library.has(symbol)) throw unable(`${symbol} is asked for`, "such a function");
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw closed("the backend");
  }

  #checkPlugged(device: LibUsb0Device): void {
    if (!(device instanceof LibUsb0Device)) throw foreign("device", "enumerateDevices");
    this.#checkOpen();
    if (!this.#devices.has(device)) throw gone();
  }
}

/** The functions that transfers go through, for messages. */
const CALLS = {
  control: "usb_control_msg",
  isochronous: "usb_submit_async",
  bulk: "usb_bulk_read or usb_bulk_write",
  interrupt: "usb_interrupt_read or usb_interrupt_write",
} as const;

function refused(error: unknown): Submission {
  return { done: Promise.reject(error), cancel: () => undefined };
}
