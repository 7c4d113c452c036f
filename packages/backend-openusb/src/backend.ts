import { callSafely, DeviceList, slotSize } from "@tsusb/addon-kit";
import {
  type BackendDeviceEvent,
  type BackendSupports,
  type BackendWatch,
  type ControlSetup,
  IBackend,
  type Submission,
  type TransferRequest,
  type TransferResult,
  USBError,
} from "@tsusb/core/backend";
import { OPENUSB_BADARG, OPENUSB_NO_RESOURCES, OPENUSB_SUCCESS } from "./constants.js";
import { Context } from "./context.js";
import { OpenUsbDevice } from "./device.js";
import { check, closed, failure, foreign, gone, missing } from "./errors.js";
import { OpenUsbHandle, ownHandle } from "./handle.js";
import type { OpenUsbLibrary } from "./library.js";
import type { Native, NativeDevice, NativeEvent, NativeListing } from "./native.js";
import { Transfer } from "./transfer.js";

/**
 * What {@link OpenUsbBackend.create} stands on.
 *
 * @internal
 */
export interface OpenUsbBackendParts {
  readonly native: Native;
  readonly library: OpenUsbLibrary;
  readonly supports: BackendSupports;
  /** As in `BackendOptions`; `undefined` leaves the library's own. */
  readonly logLevel: number | undefined;
  readonly onLog: ((line: string, level: number) => void) | undefined;
  /** Called when the backend is closed, at once. */
  readonly onClose: () => void;
}

/** What the library logs without being told a level (openusb.h 1.1.11, openusb_set_debug): nothing. */
const DEFAULT_LOG_LEVEL = 0;

/** Milliseconds for a standard request that this backend itself makes; the longest is 500 (USB 2.0 §9.2.6.4). */
const REQUEST_TIMEOUT = 1000;

/** GET_CONFIGURATION (USB 2.0 §9.4.2). */
const GET_CONFIGURATION = { bmRequestType: 0x80, bRequest: 8, wValue: 0, wIndex: 0, wLength: 1 } as const;

/** SET_CONFIGURATION of no configuration (USB 2.0 §9.4.7). */
const UNCONFIGURE = { bmRequestType: 0x00, bRequest: 9, wValue: 0, wIndex: 0, wLength: 0 } as const;

/** CLEAR_FEATURE of an endpoint (USB 2.0 §9.4.1): ENDPOINT_HALT is feature 0. */
const CLEAR_HALT = { bmRequestType: 0x02, bRequest: 1, wValue: 0, wLength: 0 } as const;

/** Tells the contexts of this process apart in keys. */
let contexts = 0;

/** OpenUSB 1.x, through its asynchronous API. {@link getBackend} gives one. */
export class OpenUsbBackend extends IBackend {
  readonly name = "openusb";
  readonly supports: BackendSupports;
  override readonly libraryPath: string;

  readonly #context: Context;
  readonly #library: OpenUsbLibrary;
  readonly #devices: DeviceList<NativeDevice, OpenUsbDevice>;
  readonly #handles = new Set<OpenUsbHandle>();
  readonly #opening = new Set<Promise<unknown>>();
  readonly #onClose: () => void;
  #closing: Promise<void> | undefined;

  /**
   * Initialises `library`, on a thread of its own.
   *
   * @internal
   * @throws {@link USBError} with what `openusb_init` said.
   */
  static async create(parts: OpenUsbBackendParts): Promise<OpenUsbBackend> {
    const { native, library, onLog } = parts;
    const keyPrefix = `openusb-${++contexts}`;
    const devices = new DeviceList((device: NativeDevice) => new OpenUsbDevice(device, keyPrefix));
    const logLevel = parts.logLevel ?? DEFAULT_LOG_LEVEL;
    const onEvent = (event: NativeEvent) => {
      if (event.kind === "plug") devices.plugged(event.device);
      else if (event.kind === "unplug") devices.unplugged(event.id);
      else if (event.kind === "known") devices.know(event.device);
      else callSafely(() => onLog?.(event.text.trimEnd(), logLevel));
    };
    const context = new Context(native, library, onEvent);
    const status = await context.run((job) =>
      native.initContext(context.id, job, parts.logLevel ?? -1, onLog !== undefined),
    );
    if (status === OPENUSB_SUCCESS) return new OpenUsbBackend(context, devices, parts);
    await context.exit();
    throw failure("openusb_init", status);
  }

  private constructor(
    context: Context,
    devices: DeviceList<NativeDevice, OpenUsbDevice>,
    { library, onClose, supports }: OpenUsbBackendParts,
  ) {
    super();
    this.#context = context;
    this.#library = library;
    this.#devices = devices;
    this.#onClose = onClose;
    this.supports = supports;
    this.libraryPath = library.path;
  }

  async enumerateDevices(): Promise<readonly OpenUsbDevice[]> {
    this.#checkOpen();
    const { native, id } = this.#context;
    const { status, result } = await this.#context.fetch((job) => native.listDevices(id, job));
    check("openusb_get_devids_by_bus", status);
    return this.#devices.update(result as NativeListing);
  }

  async getDeviceDescriptor(device: OpenUsbDevice): Promise<Uint8Array> {
    this.#checkPlugged(device);
    return device.deviceDescriptor.slice();
  }

  async getConfigurationDescriptor(device: OpenUsbDevice, index: number): Promise<Uint8Array> {
    this.#checkPlugged(device);
    const bytes = device.configurations[index];
    if (bytes !== undefined) return bytes.slice();
    throw missing(`configuration with index ${index}`);
  }

  override async watch(listener: (event: BackendDeviceEvent) => void): Promise<BackendWatch> {
    this.#checkOpen();
    const { native, id } = this.#context;
    // One function for each watch: the same listener may watch twice.
    const own = (event: BackendDeviceEvent) => listener(event);
    check("openusb_get_devids_by_bus", await this.#context.run((job) => native.startWatch(id, job)));
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

  async openDevice(device: OpenUsbDevice): Promise<OpenUsbHandle> {
    this.#checkPlugged(device);
    const { native, id } = this.#context;
    let handle = 0;
    const opened = this.#context.run((job) => {
      handle = native.openDevice(id, job, device.id);
    });
    const isGone = () => this.#isGone(device);
    return this.#opened(opened, () => new OpenUsbHandle(this.#context, device, handle, isGone));
  }

  async closeDevice(handle: OpenUsbHandle): Promise<void> {
    await ownHandle(handle).close();
    this.#handles.delete(handle);
  }

  async setConfiguration(handle: OpenUsbHandle, configurationValue: number): Promise<void> {
    const { native, id, device } = ownHandle(handle);
    this.#checkUsable(handle);
    if (configurationValue === 0) return this.#unconfigure(handle);
    if (device.configurations.length > 0 && handle.configuration(configurationValue) === undefined)
      throw missing(`configuration with the value ${configurationValue}`);
    const call = "openusb_set_configuration";
    const status = await handle.run((job) => native.setConfiguration(id, job, configurationValue));
    if (status === OPENUSB_SUCCESS) return;
    if (status !== OPENUSB_BADARG) throw await handle.explain(call, status);
    // It takes values up to the number of configurations and no other. If it is selected, all is as it should be.
    if ((await this.getConfiguration(handle)) === configurationValue) return;
    const count = device.configurations.length;
    throw failure(call, status, {
      text: `OpenUSB selects no configuration of the value ${configurationValue} on a device that has ${count}`,
      hint: "it takes the values from 1 to the number of configurations; libusb1 and libusb0 take all",
    });
  }

  /**
   * OpenUSB has no call for it. A plain request reaches the device past the system, which is sound as long as nobody
   * uses an interface.
   */
  async #unconfigure(handle: OpenUsbHandle): Promise<void> {
    const { native, id } = handle;
    await handle.call("SET_CONFIGURATION(0)", (job) => native.checkUnused(id, job));
    await this.#request(handle, "SET_CONFIGURATION(0)", UNCONFIGURE);
  }

  async getConfiguration(handle: OpenUsbHandle): Promise<number> {
    const { data } = await this.#request(handle, "GET_CONFIGURATION", GET_CONFIGURATION);
    return data?.[0] ?? 0;
  }

  async claimInterface(handle: OpenUsbHandle, interfaceNumber: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    if (handle.heldIn(interfaceNumber) !== undefined) return this.#checkUsable(handle);
    const value = await this.getConfiguration(handle);
    const configuration = handle.configuration(value);
    if (!configuration?.alternates.some((each) => each.interfaceNumber === interfaceNumber))
      throw missing(`interface ${interfaceNumber} in configuration ${value}`);
    const call = "openusb_claim_interface";
    const status = await handle.run((job) => native.claimInterface(id, job, interfaceNumber, value));
    if (status === OPENUSB_SUCCESS) return handle.hold(configuration, interfaceNumber, 0);
    if (status !== OPENUSB_BADARG || interfaceNumber < configuration.interfaceCount)
      throw await handle.explain(call, status);
    throw failure(call, status, {
      text: `OpenUSB claims no interface ${interfaceNumber} of a configuration that has ${configuration.interfaceCount}`,
      hint: "it takes the numbers below the number of interfaces; libusb1 and libusb0 take all",
    });
  }

  async releaseInterface(handle: OpenUsbHandle, interfaceNumber: number): Promise<void> {
    const { native, id } = ownHandle(handle);
    this.#checkUsable(handle);
    if (handle.heldIn(interfaceNumber) === undefined) throw missing(`claim of interface ${interfaceNumber}`);
    handle.letGo(interfaceNumber);
    await handle.call("openusb_release_interface", (job) =>
      native.releaseInterface(id, job, interfaceNumber),
    );
  }

  async setInterfaceAltsetting(
    handle: OpenUsbHandle,
    interfaceNumber: number,
    alternateSetting: number,
  ): Promise<void> {
    const { native, id } = ownHandle(handle);
    this.#checkUsable(handle);
    const configuration = handle.heldIn(interfaceNumber);
    if (configuration === undefined) throw missing(`claim of interface ${interfaceNumber}`);
    const alternates = configuration.alternates.filter((each) => each.interfaceNumber === interfaceNumber);
    if (!alternates.some((each) => each.alternateSetting === alternateSetting))
      throw missing(`alternate setting ${alternateSetting} of interface ${interfaceNumber}`);
    await handle.call("openusb_set_altsetting", (job) =>
      native.setInterfaceAltSetting(id, job, interfaceNumber, alternateSetting),
    );
    handle.hold(configuration, interfaceNumber, alternateSetting);
  }

  override async clearHalt(handle: OpenUsbHandle, endpoint: number): Promise<void> {
    ownHandle(handle);
    this.#checkUsable(handle);
    if (handle.endpoint(endpoint) === undefined)
      throw missing(`endpoint 0x${endpoint.toString(16)} in what is claimed and selected`);
    await this.#request(handle, "CLEAR_FEATURE(ENDPOINT_HALT)", { ...CLEAR_HALT, wIndex: endpoint });
  }

  override async resetDevice(handle: OpenUsbHandle): Promise<void> {
    const { native, id } = ownHandle(handle);
    this.#checkUsable(handle);
    await handle.call("openusb_reset", (job) => native.resetDevice(id, job));
  }

  submit(handle: OpenUsbHandle, request: TransferRequest): Submission {
    try {
      if (ownHandle(handle).isClosed) return refused(closed("the device"));
      if (request.streamId !== undefined) return refused(noStreams());
      const slot = this.#context.slots.take(slotSize(request), request.packetLengths?.length ?? 0);
      if (slot === undefined) return refused(failure("openusb_xfer_aio", OPENUSB_NO_RESOURCES));
      const transfer = new Transfer(handle, request, slot, this.#context.slots);
      transfer.start(slot);
      return transfer;
    } catch (error) {
      // What core did not check: a length that no C library takes, a setup packet that belies the data.
      return refused(error);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#onClose();
    await Promise.allSettled(this.#opening);
    await Promise.all([...this.#handles].map((handle) => handle.close()));
    this.#handles.clear();
    await this.#context.exit();
    this.#library.close();
  }

  async #opened(opened: Promise<number>, make: () => OpenUsbHandle): Promise<OpenUsbHandle> {
    this.#opening.add(opened);
    try {
      const status = await opened;
      const handle = make();
      this.#handles.add(handle);
      if (status === OPENUSB_SUCCESS && this.#closing === undefined) return handle;
      const error =
        status === OPENUSB_SUCCESS
          ? closed("the backend")
          : await handle.explain("openusb_open_device", status);
      await this.closeDevice(handle);
      throw error;
    } finally {
      this.#opening.delete(opened);
    }
  }

  /** Makes a request of the USB specification, which must succeed. */
  async #request(handle: OpenUsbHandle, name: string, setup: ControlSetup): Promise<TransferResult> {
    this.#checkUsable(ownHandle(handle));
    const { wLength } = setup;
    const bytes = wLength > 0 ? { length: wLength } : { data: new Uint8Array(0) };
    const request: TransferRequest = {
      type: "control",
      endpoint: 0,
      setup,
      timeout: REQUEST_TIMEOUT,
      ...bytes,
    };
    const result = await this.submit(handle, request).done;
    if (result.status === "completed") return result;
    throw await handle.explain(name, result.backendErrorCode ?? OPENUSB_SUCCESS);
  }

  /** Whether the device is gone, as far as the library itself knows now. */
  async #isGone(device: OpenUsbDevice): Promise<boolean> {
    if (this.#devices.has(device) && this.#closing === undefined)
      await this.enumerateDevices().catch(() => undefined);
    return !this.#devices.has(device);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw closed("the backend");
  }

  #checkPlugged(device: OpenUsbDevice): void {
    if (!(device instanceof OpenUsbDevice)) throw foreign("device", "enumerateDevices");
    this.#checkOpen();
    if (!this.#devices.has(device)) throw gone();
  }

  #checkUsable(handle: OpenUsbHandle): void {
    if (handle.isClosed) throw closed("the device");
    if (!this.#devices.has(handle.device)) throw gone();
  }
}

function refused(error: unknown): Submission {
  return { done: Promise.reject(error), cancel: () => undefined };
}

function noStreams(): USBError {
  return new USBError("streamId is given, and this backend has no bulk streams", {
    code: "ENOSYS",
    backend: "openusb",
  });
}
