import { callSafely, DeviceList, slotSize } from "@tsusb/addon-kit";
import {
  type BackendDeviceEvent,
  type BackendOpenOptions,
  type BackendSink,
  type BackendStream,
  type BackendSupports,
  type BackendWatch,
  IBackend,
  type StreamRequest,
  type Submission,
  type TransferRequest,
  USBError,
} from "@tsusb/core/backend";
import { LIBUSB_ERROR_NO_MEM, LIBUSB_ERROR_OTHER } from "./constants.js";
import { Context } from "./context.js";
import { LibUsb1Device } from "./device.js";
import { check, closed, failure, foreign } from "./errors.js";
import { LibUsb1Handle, ownHandle } from "./handle.js";
import type { LibUsb1Library } from "./library.js";
import type { Native, NativeDevice, NativeEvent, NativeListing } from "./native.js";
import { LibUsb1Sink } from "./sink.js";
import { LibUsb1Stream } from "./stream.js";
import { Transfer } from "./transfer.js";
import { isInParts, TransferInParts } from "./transfer-in-parts.js";

/**
 * What {@link LibUsb1Backend.create} stands on.
 *
 * @internal
 */
export interface LibUsb1BackendParts {
  readonly native: Native;
  readonly library: LibUsb1Library;
  /** Says what the library can do here, once its initialisation has told whether there is USB at all. */
  readonly supports: (hasUsb: boolean) => BackendSupports;
  /** As in `BackendOptions`; `undefined` leaves the library's own. */
  readonly logLevel: number | undefined;
  readonly onLog: ((line: string, level: number) => void) | undefined;
  /** Called when the backend is closed, at once. */
  readonly onClose: () => void;
}

/** What `libusb_init` returns where there is no usbfs: works, and finds nothing. */
const NO_USB = LIBUSB_ERROR_OTHER;

/** Tells the contexts of this process apart in keys. */
let contexts = 0;
/** Tells wrapped devices apart in keys. */
let wrappedDevices = 0;

/** libusb 1.0, through its asynchronous API. {@link getBackend} gives one. */
export class LibUsb1Backend extends IBackend {
  readonly name = "libusb1";
  readonly supports: BackendSupports;
  override readonly version: string | undefined;
  override readonly libraryPath: string;

  readonly #context: Context;
  readonly #library: LibUsb1Library;
  readonly #devices: DeviceList<NativeDevice, LibUsb1Device>;
  /** Devices that somebody else opened, which no listing shows. */
  readonly #wrapped = new WeakSet<LibUsb1Device>();
  readonly #handles = new Set<LibUsb1Handle>();
  readonly #opening = new Set<Promise<unknown>>();
  readonly #onClose: () => void;
  #closing: Promise<void> | undefined;

  /**
   * Initialises a context of `library`, on a thread of its own.
   *
   * @internal
   * @throws {@link USBError} with what `libusb_init` said. A system without USB is no error.
   */
  static async create(parts: LibUsb1BackendParts): Promise<LibUsb1Backend> {
    const { native, library, logLevel, onLog } = parts;
    const keyPrefix = `libusb1-${++contexts}`;
    const devices = new DeviceList((device: NativeDevice) => new LibUsb1Device(device, keyPrefix));
    const onEvent = (event: NativeEvent) => {
      if (event.kind === "plug") devices.plugged(event.device);
      else if (event.kind === "unplug") devices.unplugged(event.id);
      else if (event.kind === "known") devices.know(event.device);
      else callSafely(() => onLog?.(event.text.trimEnd(), event.level));
    };
    const context = new Context(native, library, onEvent);
    const status = await context.run((job) =>
      native.initContext(context.id, job, logLevel ?? -1, onLog !== undefined),
    );
    // Any other failure than "no usbfs here" leaves nothing to work with.
    if (status < 0 && status !== NO_USB) {
      await context.exit();
      throw failure("libusb_init", status);
    }
    return new LibUsb1Backend(context, devices, parts, parts.supports(status !== NO_USB));
  }

  private constructor(
    context: Context,
    devices: DeviceList<NativeDevice, LibUsb1Device>,
    { library, onClose }: LibUsb1BackendParts,
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
  }

  async enumerateDevices(): Promise<readonly LibUsb1Device[]> {
    this.#checkOpen();
    const { native, id } = this.#context;
    const { status, result } = await this.#context.fetch((job) => native.listDevices(id, job));
    check("libusb_get_device_list", status);
    return this.#devices.update(result as NativeListing);
  }

  async getDeviceDescriptor(device: LibUsb1Device): Promise<Uint8Array> {
    this.#checkPlugged(device);
    return device.deviceDescriptor.slice();
  }

  async getConfigurationDescriptor(device: LibUsb1Device, index: number): Promise<Uint8Array> {
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
  async rebuildConfiguration(device: LibUsb1Device, index: number): Promise<Uint8Array> {
    this.#checkPlugged(device);
    const { native, id } = this.#context;
    const { status, result } = await this.#context.fetch((job) =>
      native.configurationOf(id, job, device.id, index),
    );
    check("libusb_get_config_descriptor", status);
    return result as Uint8Array;
  }

  override async getParent(device: LibUsb1Device): Promise<LibUsb1Device | undefined> {
    if (!this.supports.parent) return super.getParent(device) as Promise<undefined>;
    this.#checkPlugged(device);
    const { native, id } = this.#context;
    const { status, result } = await this.#context.fetch((job) => native.parentOf(id, job, device.id));
    check("libusb_get_parent", status);
    return result === undefined ? undefined : this.#devices.know(result as NativeDevice);
  }

  override async watch(listener: (event: BackendDeviceEvent) => void): Promise<BackendWatch> {
    this.#checkOpen();
    if (!this.supports.hotplug) return super.watch(listener);
    const { native, id } = this.#context;
    // One function for each watch: the same listener may watch twice.
    const own = (event: BackendDeviceEvent) => listener(event);
    check("libusb_hotplug_register_callback", await this.#context.run((job) => native.startWatch(id, job)));
    this.#devices.watch(own);
    const close = async () => {
      this.#devices.unwatch(own);
      if (this.#devices.isWatched || this.#closing !== undefined) return;
      await this.#context.run((job) => native.stopWatch(id, job));
    };
    let closing: Promise<void> | undefined;
    return {
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  }

  async openDevice(device: LibUsb1Device, options?: BackendOpenOptions): Promise<LibUsb1Handle> {
    this.#checkPlugged(device);
    const { native, id } = this.#context;
    const autoDetach = options?.autoDetachKernelDriver === true;
    let handle = 0;
    const opened = this.#context.run((job) => {
      handle = native.openDevice(id, job, device.id, autoDetach);
    });
    return this.#opened("libusb_open", opened, () => new LibUsb1Handle(this.#context, device, handle));
  }

  override async wrapSysDevice(fd: number): Promise<LibUsb1Handle> {
    if (!this.supports.wrapSysDevice) return super.wrapSysDevice(fd) as Promise<never>;
    this.#checkOpen();
    const { native, id } = this.#context;
    let handle = 0;
    let device: NativeDevice | undefined;
    const opened = this.#context
      .fetch((job) => {
        handle = native.wrapSysDevice(id, job, fd);
      })
      .then(({ status, result }) => {
        device = result as NativeDevice | undefined;
        return status;
      });
    return this.#opened("libusb_wrap_sys_device", opened, () => {
      const wrapped = new LibUsb1Device(device as NativeDevice, `libusb1-wrapped-${++wrappedDevices}`);
      this.#wrapped.add(wrapped);
      return new LibUsb1Handle(this.#context, wrapped, handle);
    });
  }

  async closeDevice(handle: LibUsb1Handle): Promise<void> {
    await ownHandle(handle).close();
    this.#handles.delete(handle);
  }

  async setConfiguration(handle: LibUsb1Handle, configurationValue: number): Promise<void> {
    // libusb.h: -1 unconfigures; 0 is for broken devices with a configuration of that value.
    const value = configurationValue === 0 ? -1 : configurationValue;
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_set_configuration", (job) => native.setConfiguration(id, job, value));
  }

  async getConfiguration(handle: LibUsb1Handle): Promise<number> {
    const { native, id } = ownHandle(handle);
    return handle.call("libusb_get_configuration", (job) => native.getConfiguration(id, job));
  }

  async claimInterface(handle: LibUsb1Handle, interfaceNumber: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_claim_interface", (job) => native.claimInterface(id, job, interfaceNumber));
  }

  async releaseInterface(handle: LibUsb1Handle, interfaceNumber: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_release_interface", (job) => native.releaseInterface(id, job, interfaceNumber));
  }

  async setInterfaceAltsetting(
    handle: LibUsb1Handle,
    interfaceNumber: number,
    alternateSetting: number,
  ): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_set_interface_alt_setting", (job) =>
      native.setInterfaceAltSetting(id, job, interfaceNumber, alternateSetting),
    );
  }

  override async clearHalt(handle: LibUsb1Handle, endpoint: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_clear_halt", (job) => native.clearHalt(id, job, endpoint));
  }

  override async allocStreams(
    handle: LibUsb1Handle,
    count: number,
    endpoints: readonly number[],
  ): Promise<number> {
    if (!this.supports.bulkStreams) return super.allocStreams(handle, count, endpoints);
    const { native, id } = ownHandle(handle);
    return handle.call("libusb_alloc_streams", (job) =>
      native.allocStreams(id, job, count, Uint8Array.from(endpoints)),
    );
  }

  override async freeStreams(handle: LibUsb1Handle, endpoints: readonly number[]): Promise<void> {
    if (!this.supports.bulkStreams) return super.freeStreams(handle, endpoints);
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_free_streams", (job) =>
      native.freeStreams(id, job, Uint8Array.from(endpoints)),
    );
  }

  override async resetDevice(handle: LibUsb1Handle): Promise<void> {
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_reset_device", (job) => native.resetDevice(id, job));
  }

  override async isKernelDriverActive(handle: LibUsb1Handle, interfaceNumber: number): Promise<boolean> {
    if (!this.supports.kernelDriver) return super.isKernelDriverActive(handle, interfaceNumber);
    const { native, id } = ownHandle(handle);
    const call = (job: number) => native.kernelDriverActive(id, job, interfaceNumber);
    return (await handle.call("libusb_kernel_driver_active", call)) !== 0;
  }

  override async detachKernelDriver(handle: LibUsb1Handle, interfaceNumber: number): Promise<void> {
    if (!this.supports.kernelDriver) return super.detachKernelDriver(handle, interfaceNumber);
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_detach_kernel_driver", (job) =>
      native.detachKernelDriver(id, job, interfaceNumber),
    );
  }

  override async attachKernelDriver(handle: LibUsb1Handle, interfaceNumber: number): Promise<void> {
    if (!this.supports.kernelDriver) return super.attachKernelDriver(handle, interfaceNumber);
    const { native, id } = ownHandle(handle);
    await handle.call("libusb_attach_kernel_driver", (job) =>
      native.attachKernelDriver(id, job, interfaceNumber),
    );
  }

  submit(handle: LibUsb1Handle, request: TransferRequest): Submission {
    try {
      if (ownHandle(handle).isClosed) return refused(closed("the device"));
      if (request.streamId !== undefined && !this.supports.bulkStreams) return refused(noStreams());
      return isInParts(request)
        ? new TransferInParts(request, (part) => this.#start(handle, part))
        : this.#start(handle, request);
    } catch (error) {
      // What core did not check: a length that no C library takes, a setup packet that belies the data.
      return refused(error);
    }
  }

  override async openStream(handle: LibUsb1Handle, request: StreamRequest): Promise<BackendStream> {
    if (ownHandle(handle).isClosed) throw closed("the device");
    // The default submits its transfers one by one, in parts.
    return isInParts(request) ? super.openStream(handle, request) : new LibUsb1Stream(handle, request);
  }

  override async openSink(handle: LibUsb1Handle, request: StreamRequest): Promise<BackendSink> {
    if (ownHandle(handle).isClosed) throw closed("the device");
    return isInParts(request) ? super.openSink(handle, request) : new LibUsb1Sink(handle, request);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #start(handle: LibUsb1Handle, request: TransferRequest): Transfer {
    const slot = this.#context.slots.take(slotSize(request), request.packetLengths?.length ?? 0);
    if (slot === undefined) throw failure("libusb_alloc_transfer", LIBUSB_ERROR_NO_MEM);
    const transfer = new Transfer(handle, request, slot, this.#context.slots);
    check("libusb_submit_transfer", transfer.start(slot));
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

  async #opened(call: string, opened: Promise<number>, make: () => LibUsb1Handle): Promise<LibUsb1Handle> {
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

  #checkOpen(): void {
    if (this.#closing !== undefined) throw closed("the backend");
  }

  #checkPlugged(device: LibUsb1Device): void {
    if (!(device instanceof LibUsb1Device)) throw foreign("device", "enumerateDevices");
    this.#checkOpen();
    if (!this.#devices.has(device) && !this.#wrapped.has(device)) {
      throw new USBError("the device is gone", { code: "ENODEV", backend: this.name });
    }
  }
}

function refused(error: unknown): Submission {
  return { done: Promise.reject(error), cancel: () => undefined };
}

function noStreams(): USBError {
  return new USBError("streamId is given, and this backend has no bulk streams", {
    code: "ENOSYS",
    backend: "libusb1",
  });
}
