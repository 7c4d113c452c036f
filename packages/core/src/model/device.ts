import type { IBackend } from "../contract/backend.js";
import type { BackendDevice, BackendHandle } from "../contract/backend-device.js";
import { callBackend } from "../contract/call-backend.js";
import type { IsoPacket, TransferRequest, TransferResult } from "../contract/transfer.js";
import { checkInteger, show } from "../usb/check-integer.js";
import type { BOSDescriptor, DescriptorWarning, DeviceDescriptor } from "../usb/descriptors.js";
import { toBytes } from "../usb/to-bytes.js";
import {
  bufferToFill,
  checkBoolean,
  checkTimeout,
  ISO_OPTIONS,
  LONGEST_TRANSFER,
  limitsOf,
  packetLengthsOf,
  rejecting,
  WRITE_OPTIONS,
} from "./arguments.js";
import { Configuration } from "./configuration.js";
import { controlRequest } from "./control-request.js";
import { type DeviceDescriptors, readDescriptors } from "./device-descriptors.js";
import { deviceFor, separateDeviceFor } from "./device-registry.js";
import { DeviceStringCache } from "./device-strings.js";
import { Endpoint } from "./endpoint.js";
import { addressOf } from "./endpoint-table.js";
import { closeWhenCollected } from "./finalizer.js";
import { deviceHeadline } from "./headline.js";
import { Interface } from "./interface.js";
import { kDispose, kInspect, kRemember, kResources } from "./internals.js";
import { checkOpenOptions } from "./open-options.js";
import type {
  DataOut,
  IsoOptions,
  OpenOptions,
  TransferOptions,
  TransferOptionsOrTimeout,
  WriteOptions,
} from "./options.js";
import { plainFields } from "./plain-fields.js";
import { ResourceManager } from "./resource-manager.js";
import { LARGEST_STREAM_ID, transferRequest } from "./transfer-request.js";
import { Transfers } from "./transfers.js";

/** The strings that a device's own descriptors name; a field is `undefined` where there is none. */
export interface DeviceStrings {
  /** String `iManufacturer`. */
  readonly manufacturer: string | undefined;
  /** String `iProduct`. */
  readonly product: string | undefined;
  /** String `iSerialNumber`. */
  readonly serialNumber: string | undefined;
}

/**
 * A USB device.
 *
 * **Life.** *closed* ⇄ *open*, and *gone*. It opens on first use, or by {@link Device.open}; interfaces are claimed on
 * first use. After {@link Device.close}, implicit use rejects with `ERR_USB_CLOSED` until `open()` is called. After an
 * unplug it is *gone* for ever and rejects with `ENODEV`; a replugged device is a new object. While plugged, the same
 * device is the same object on every listing, and its open state is shared by all who hold it.
 *
 * Reading fields is synchronous and cached; assigning one throws. Methods that ask the device or the system return promises. State changes run
 * one after another in the order of the calls, and reject with `EBUSY`, naming the endpoints, while a transfer or stream
 * is pending on what they would change. Only a pending operation keeps the process alive.
 */
export class Device implements DeviceDescriptor, Iterable<Configuration>, AsyncDisposable {
  readonly bLength: number;
  readonly bDescriptorType: number;
  readonly bcdUSB: number;
  readonly bDeviceClass: number;
  readonly bDeviceSubClass: number;
  readonly bDeviceProtocol: number;
  readonly bMaxPacketSize0: number;
  readonly idVendor: number;
  readonly idProduct: number;
  readonly bcdDevice: number;
  readonly iManufacturer: number;
  readonly iProduct: number;
  readonly iSerialNumber: number;
  readonly bNumConfigurations: number;

  /** The backend behind it: `name`, `version`, `libraryPath`. */
  readonly backend: IBackend;
  /** Number of the bus; `undefined` if the backend cannot tell. */
  readonly bus: number | undefined;
  /** Address on the bus, 1 to 127; `undefined` if the backend cannot tell. */
  readonly address: number | undefined;
  /** Ports from the root hub down; empty for a root hub, `undefined` if the backend cannot tell. */
  readonly portNumbers: readonly number[] | undefined;
  /** One of `util.SPEED_*`; `undefined` if the backend cannot tell. */
  readonly speed: number | undefined;

  #configurations: readonly Configuration[] | undefined;
  #warnings: readonly DescriptorWarning[];
  #defaultTimeout = 1000;
  readonly #resources: ResourceManager;
  readonly #strings: DeviceStringCache;
  readonly #transfers: Transfers;

  /** Made by `find`. @internal */
  constructor(
    backend: IBackend,
    backendDevice: BackendDevice,
    descriptors: DeviceDescriptors,
    handle?: BackendHandle,
  ) {
    const { device } = descriptors;
    this.backend = backend;
    this.bLength = device.bLength;
    this.bDescriptorType = device.bDescriptorType;
    this.bcdUSB = device.bcdUSB;
    this.bDeviceClass = device.bDeviceClass;
    this.bDeviceSubClass = device.bDeviceSubClass;
    this.bDeviceProtocol = device.bDeviceProtocol;
    this.bMaxPacketSize0 = device.bMaxPacketSize0;
    this.idVendor = device.idVendor;
    this.idProduct = device.idProduct;
    this.bcdDevice = device.bcdDevice;
    this.iManufacturer = device.iManufacturer;
    this.iProduct = device.iProduct;
    this.iSerialNumber = device.iSerialNumber;
    this.bNumConfigurations = device.bNumConfigurations;
    this.bus = backendDevice.bus;
    this.address = backendDevice.address;
    this.portNumbers = backendDevice.portNumbers && Object.freeze([...backendDevice.portNumbers]);
    this.speed = backendDevice.speed;
    this.#warnings = Object.freeze([...descriptors.warnings]);
    this.#configurations = this.#tree(descriptors);
    const facts = { headline: deviceHeadline(this), idVendor: this.idVendor, idProduct: this.idProduct };
    const afterOpen = this.#configurations === undefined ? () => this.#readTree() : undefined;
    const resources = new ResourceManager(
      this,
      backend,
      backendDevice,
      facts,
      this.#configurations ?? [],
      afterOpen,
    );
    this.#resources = resources;
    this.#transfers = new Transfers(resources);
    this.#strings = new DeviceStringCache(this, backendDevice);
    if (handle !== undefined) resources.adopt(handle);
    closeWhenCollected(this, resources);
  }

  /** Not a field of its own: whoever prints or copies a device gets the descriptor. @internal */
  get [kResources](): ResourceManager {
    return this.#resources;
  }

  /** Last of {@link Device.portNumbers}; `undefined` for a root hub too. */
  get portNumber(): number | undefined {
    return this.portNumbers?.at(-1);
  }

  /** Manufacturer string as far as it is known without asking the device; {@link Device.readStrings} adds to it. */
  get manufacturer(): string | undefined {
    return this.#strings.known("manufacturer");
  }

  /** Product string as far as it is known without asking the device. */
  get product(): string | undefined {
    return this.#strings.known("product");
  }

  /** Serial number as far as it is known without asking the device. */
  get serialNumber(): string | undefined {
    return this.#strings.known("serialNumber");
  }

  /**
   * Every configuration.
   *
   * @throws {@link USBError} `ERR_USB_NOT_OPEN` where the backend knows descriptors only once the device is open.
   */
  get configurations(): readonly Configuration[] {
    if (this.#configurations !== undefined) return this.#configurations;
    throw this.#resources.error(
      "ERR_USB_NOT_OPEN",
      `backend ${this.backend.name} knows the descriptors only once the device is open`,
      "call open() first",
    );
  }

  /** Takes strings that `find` read through a handle of its own. @internal */
  [kRemember](strings: DeviceStrings): void {
    this.#strings.remember(strings);
  }

  /** What was wrong with the descriptors; empty if nothing. */
  get warnings(): readonly DescriptorWarning[] {
    return this.#warnings;
  }

  /** Whether it is open now. */
  get isOpen(): boolean {
    return this.#resources.isOpen;
  }

  /** Whether it was unplugged. */
  get isGone(): boolean {
    return this.#resources.isGone;
  }

  /**
   * Milliseconds that a transfer may take unless it says otherwise; 0 is no limit. Initially 1000. Setting `Infinity`
   * sets 0.
   *
   * @throws RangeError when set to a negative number or NaN, TypeError when set to no number.
   */
  get defaultTimeout(): number {
    return this.#defaultTimeout;
  }

  set defaultTimeout(milliseconds: number) {
    this.#defaultTimeout = checkTimeout("defaultTimeout", milliseconds);
  }

  /** Iterates over {@link Device.configurations}. */
  [Symbol.iterator](): IterableIterator<Configuration> {
    return this.configurations[Symbol.iterator]();
  }

  /**
   * Opens the device; opening what is open changes nothing but the options.
   *
   * I/O: asks the operating system.
   *
   * @throws {@link USBError} `EACCES` without permission (`hint` has the udev rule), `ENODEV`, `EBUSY`, `ENOMEM`.
   */
  open(options?: OpenOptions): Promise<this> {
    return rejecting(async () => {
      checkOpenOptions(options);
      await this.#resources.open(options);
      return this;
    });
  }

  /**
   * Cancels everything pending and waits for it, gives interfaces and drivers back, closes. Idempotent; never rejects
   * because the device is gone. `await using` calls it.
   */
  close(): Promise<void> {
    return this.#resources.close("closed");
  }

  /** Same as {@link Device.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Gives an independent object for the same device, open, with a handle and claims of its own. */
  openSeparately(options?: OpenOptions): Promise<Device> {
    return rejecting(async () => {
      checkOpenOptions(options);
      if (this.isGone) throw this.#resources.error("ENODEV", "the device was unplugged");
      const device = await separateDeviceFor(this.backend, this.#resources.backendDevice);
      return device.open(options);
    });
  }

  /**
   * Resets the port. The object stays, and so do its claims and alternate settings.
   *
   * I/O: up to a second. Needs nothing pending.
   *
   * @throws {@link USBError} `ENODEV` if it came back as another device, `ENOSYS`, `EBUSY`.
   */
  reset(): Promise<void> {
    return this.#resources.reset();
  }

  /**
   * Selects a configuration; releases this device's own claims first. I/O: one control transfer.
   *
   * @param configuration - A {@link Configuration}, a `bConfigurationValue`, 0 to unconfigure; default: the first one.
   * @throws {@link USBError} `ENOENT` naming the values that exist, `EBUSY`, `ENODEV`.
   */
  setConfiguration(configuration?: Configuration | number): Promise<void> {
    return rejecting(() => this.#resources.setConfiguration(this.#configurationValue(configuration)));
  }

  /**
   * Tells the active configuration. I/O: asks the operating system, or one control transfer.
   *
   * @returns `undefined` if the device is unconfigured.
   */
  getActiveConfiguration(): Promise<Configuration | undefined> {
    return this.#resources.getConfiguration();
  }

  /**
   * Claims an interface for this object; claiming what it holds succeeds. Opens the device. Transfers claim by
   * themselves.
   *
   * @param interface_ - An {@link Interface} or a `bInterfaceNumber`.
   * @throws {@link USBError} `EBUSY` with the holder's name in `hint`, `ENOENT` naming those that exist.
   */
  claimInterface(interface_: Interface | number): Promise<void> {
    return rejecting(() => this.#resources.claim(this.#interfaceNumber(interface_)));
  }

  /** Gives an interface back; nothing happens if it is not held. */
  releaseInterface(interface_: Interface | number): Promise<void> {
    return rejecting(() => this.#resources.release(this.#interfaceNumber(interface_)));
  }

  /**
   * Selects an alternate setting; claims the interface. I/O: one control transfer.
   *
   * @param interface_ - An {@link Interface} or a `bInterfaceNumber`; default: the first one of the active configuration.
   * @param alternateSetting - `bAlternateSetting`; default: that of the {@link Interface}, or the first one.
   * @throws {@link USBError} `ENOENT` naming those that exist, `EBUSY`, `ENODEV`.
   */
  setInterfaceAltsetting(interface_?: Interface | number, alternateSetting?: number): Promise<void> {
    return rejecting(() => {
      const number = interface_ === undefined ? undefined : this.#interfaceNumber(interface_);
      const own = interface_ instanceof Interface ? interface_.bAlternateSetting : undefined;
      const setting =
        alternateSetting === undefined ? own : checkInteger("alternateSetting", alternateSetting, 0, 255);
      return this.#resources.setAltsetting(number, setting);
    });
  }

  /** Ends an endpoint's halt. I/O: one control transfer. @param endpoint - Object or `bEndpointAddress`. */
  clearHalt(endpoint: Endpoint | number): Promise<void> {
    return rejecting(() => this.#resources.clearHalt(this.#target(endpoint)));
  }

  /**
   * Sets up bulk streams (USB 3.2 §8.12.1.4); claims the interfaces. `device.transfer` then takes their ids as `streamId`.
   * I/O: asks the host controller.
   *
   * @param count - Streams wanted on each endpoint, 1 to 65,533.
   * @param endpoints - Objects or `bEndpointAddress`es, at least one.
   * @returns Streams that each endpoint has now: perhaps fewer. Their ids are 1 to this number.
   * @throws {@link USBError} `ENOSYS` where library or system cannot do it, `EINVAL` for an endpoint without streams,
   *   `EBUSY` while transfers are pending there, `ENOENT`, `ENODEV`.
   */
  allocStreams(count: number, endpoints: readonly (Endpoint | number)[]): Promise<number> {
    return rejecting(() => {
      const wanted = checkInteger("count", count, 1, LARGEST_STREAM_ID);
      return this.#resources.changeStreams(this.#targets(endpoints), wanted);
    });
  }

  /** Gives bulk streams back. I/O: asks the host controller. @throws {@link USBError} as {@link allocStreams}. */
  async freeStreams(endpoints: readonly (Endpoint | number)[]): Promise<void> {
    await rejecting(() => this.#resources.changeStreams(this.#targets(endpoints), 0));
  }

  /** Tells whether the system's driver holds an interface. @throws {@link USBError} `ENOSYS` where unknown. */
  isKernelDriverActive(interface_: Interface | number): Promise<boolean> {
    return rejecting(() => this.#resources.isKernelDriverActive(this.#interfaceNumber(interface_)));
  }

  /** Takes the system's driver off. @throws {@link USBError} `ENOENT` if there is none, `ENOSYS`, `EACCES`. */
  detachKernelDriver(interface_: Interface | number): Promise<void> {
    return rejecting(() => this.#resources.detachKernelDriver(this.#interfaceNumber(interface_)));
  }

  /** Lets the system's driver take the interface again. @throws {@link USBError} `EBUSY` while claimed, `ENOSYS`. */
  attachKernelDriver(interface_: Interface | number): Promise<void> {
    return rejecting(() => this.#resources.attachKernelDriver(this.#interfaceNumber(interface_)));
  }

  /** Gives the hub it is plugged into, `undefined` for a root hub. @throws {@link USBError} `ENOSYS`. */
  getParent(): Promise<Device | undefined> {
    return rejecting(async () => {
      const parent = await callBackend(this.backend, "getParent", this.#resources.backendDevice);
      return parent && deviceFor(this.backend, parent);
    });
  }

  /**
   * Reads from a bulk, interrupt or isochronous endpoint: always one transfer.
   *
   * I/O: opens the device and claims the interface if need be, then one transfer.
   *
   * @param endpoint - {@link Endpoint} or `bEndpointAddress`.
   * @param length - Most bytes to take; should be a multiple of `wMaxPacketSize`, or the device may overflow it.
   * @returns An owned array: fewer bytes after a short packet, or when the timeout passed with some. Isochronous: the
   *   packets' bytes without gaps.
   * @throws {@link USBTimeoutError} `ETIMEDOUT` if nothing arrived in time.
   * @throws {@link USBError} `EPIPE`, `EOVERFLOW`, `EIO`, `ENODEV`, `EBUSY`, `ENOENT`, `EINTR` if `close` ended it,
   *   `ABORT_ERR`; with `transferred`, and `partial` if bytes had arrived. `EACCES` and `ERR_USB_CLOSED` as
   *   {@link Device.open}.
   */
  read(endpoint: Endpoint | number, length: number, options?: TransferOptionsOrTimeout): Promise<Uint8Array> {
    // Written out instead of through rejecting(): this and the next two are the hot path.
    try {
      return this.#transfers.read(
        this.#target(endpoint),
        checkInteger("length", length, 0, LONGEST_TRANSFER),
        limitsOf(options, this.#defaultTimeout),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Reads into a buffer, from its start. Otherwise as {@link Device.read}.
   *
   * @returns Bytes read. If the buffer is detached meanwhile, rejects with `EINVAL` and the bytes in `partial`.
   */
  readInto(
    endpoint: Endpoint | number,
    buffer: ArrayBufferView | ArrayBuffer,
    options?: TransferOptionsOrTimeout,
  ): Promise<number> {
    try {
      return this.#transfers.readInto(
        this.#target(endpoint),
        bufferToFill("buffer", buffer),
        limitsOf(options, this.#defaultTimeout),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Writes to a bulk, interrupt or isochronous endpoint. The data is copied before the call returns.
   *
   * @returns Bytes written: all of them.
   * @throws {@link USBTimeoutError} `ETIMEDOUT`, with `transferred`, if not all went in time.
   * @throws {@link USBError} as {@link Device.read}.
   */
  write(endpoint: Endpoint | number, data: DataOut, options?: WriteOptions | number): Promise<number> {
    try {
      return this.#transfers.write(
        this.#target(endpoint),
        toBytes(data, "data"),
        limitsOf(options, this.#defaultTimeout, WRITE_OPTIONS),
        typeof options === "object" && checkBoolean("options.zeroPacket", options.zeroPacket),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Control transfer IN. A standard or class request to an interface claims that interface first.
   *
   * @param bmRequestType - With bit 7 set.
   * @param wLength - Most bytes to take, 0 to 65,535; default 0. Or a buffer to fill, then the result is a count.
   * @returns The bytes that came.
   * @throws {@link USBError} `EPIPE` if the device refused, else as {@link Device.read}.
   */
  ctrlTransfer(
    bmRequestType: number,
    bRequest: number,
    wValue?: number,
    wIndex?: number,
    wLength?: number,
    options?: TransferOptionsOrTimeout,
  ): Promise<Uint8Array>;
  /**
   * Control transfer OUT, or IN into a buffer, by bit 7 of `bmRequestType`.
   *
   * @param data - Bytes to send, at most 65,535; or the buffer to fill.
   * @returns Bytes moved.
   */
  ctrlTransfer(
    bmRequestType: number,
    bRequest: number,
    wValue: number | undefined,
    wIndex: number | undefined,
    data: DataOut,
    options?: TransferOptionsOrTimeout,
  ): Promise<number>;
  /** As the other two, when only the run time knows which. */
  ctrlTransfer(
    bmRequestType: number,
    bRequest: number,
    wValue?: number,
    wIndex?: number,
    dataOrLength?: DataOut | number,
    options?: TransferOptionsOrTimeout,
  ): Promise<Uint8Array | number>;
  ctrlTransfer(
    bmRequestType: number,
    bRequest: number,
    wValue = 0,
    wIndex = 0,
    dataOrLength?: DataOut | number,
    options?: TransferOptionsOrTimeout,
  ): Promise<Uint8Array | number> {
    try {
      const limits = limitsOf(options, this.#defaultTimeout);
      const { request, claims, fills } = controlRequest(
        bmRequestType,
        bRequest,
        wValue,
        wIndex,
        dataOrLength,
        limits.timeout,
      );
      const wantsBytes = !fills && request.data === undefined;
      return this.#transfers.control(request, claims, wantsBytes, limits);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * One transfer with its whole outcome as a value: a stall, a timeout and an overflow resolve too.
   *
   * @throws {@link USBError} if nothing was submitted: `ENODEV`, `EBUSY`, `EACCES`, `ENOENT`, `ENOSYS`,
   *   `ERR_USB_CLOSED`; and `ABORT_ERR` if the signal ended it, with `transferred` and `partial`.
   */
  transfer(
    request: Omit<TransferRequest, "timeout" | "type" | "endpoint"> & {
      readonly endpoint?: Endpoint | number;
    },
    options?: TransferOptions,
  ): Promise<TransferResult> {
    return rejecting(() => {
      const endpoint = request?.endpoint === undefined ? 0 : this.#target(request.endpoint);
      const limits = limitsOf(options, this.#defaultTimeout);
      const { checked, direction, claims } = transferRequest(request, addressOf(endpoint), limits.timeout);
      return this.#transfers.whole(checked, endpoint, direction, claims, limits);
    });
  }

  /**
   * Isochronous read: one transfer.
   *
   * @param length - Bytes, cut into packets by `options.packetLengths` or by what the endpoint takes.
   * @returns The buffer with its holes, and what came of each packet.
   */
  isoRead(
    endpoint: Endpoint | number,
    length: number,
    options?: IsoOptions | number,
  ): Promise<{ data: Uint8Array; packets: readonly IsoPacket[] }> {
    return rejecting(() =>
      this.#transfers.isoRead(
        this.#target(endpoint),
        checkInteger("length", length, 0, LONGEST_TRANSFER),
        packetLengthsOf(options, length),
        limitsOf(options, this.#defaultTimeout, ISO_OPTIONS),
      ),
    );
  }

  /** Isochronous write: one transfer. @returns What came of each packet. */
  isoWrite(
    endpoint: Endpoint | number,
    data: DataOut,
    options?: IsoOptions | number,
  ): Promise<{ packets: readonly IsoPacket[] }> {
    return rejecting(() => {
      const bytes = toBytes(data, "data");
      return this.#transfers.isoWrite(
        this.#target(endpoint),
        bytes,
        packetLengthsOf(options, bytes.length),
        limitsOf(options, this.#defaultTimeout, ISO_OPTIONS),
      );
    });
  }

  /**
   * Reads a string descriptor. I/O: one or two control transfers.
   *
   * @param index - Index of the string; 0 gives `undefined` without asking.
   * @param langid - Language, default the first one the device has.
   * @throws {@link USBError} `ENOENT` if the device has no languages, `EPIPE` if it has no such string, `EACCES`.
   */
  getString(index: number, langid?: number): Promise<string | undefined> {
    return rejecting(() => {
      checkInteger("index", index, 0, 255);
      if (langid !== undefined) checkInteger("langid", langid, 0, 0xffff);
      return this.#strings.read(index, langid);
    });
  }

  /** Reads the three strings of the device descriptor; the cached fields have them from then on. */
  readStrings(): Promise<DeviceStrings> {
    return this.#strings.readAll();
  }

  /** Reads the language ids. I/O: one control transfer, then cached. @returns Empty if the device has no strings. */
  getLangids(): Promise<readonly number[]> {
    return this.#strings.langids();
  }

  /** Reads the BOS. I/O: two control transfers, then cached. @returns `undefined` if the device has none. */
  getBOS(): Promise<BOSDescriptor | undefined> {
    return this.#strings.readBOS();
  }

  /** As `headline` writes it: `DEVICE ID 0525:a4a0 on Bus 001 Address 002`. I/O: none. */
  toString(): string {
    return deviceHeadline(this);
  }

  /** Its descriptors, place and strings as far as they are known, for `JSON.stringify`. I/O: none. */
  toJSON(): Record<string, unknown> {
    const { manufacturer, product, serialNumber } = this;
    return {
      ...plainFields(this),
      backend: this.backend.name,
      manufacturer,
      product,
      serialNumber,
      warnings: this.#warnings,
      configurations: this.#configurations,
    };
  }

  /** What `console.log` writes: headline, product and whether it is open or gone, in angle brackets. @internal */
  [kInspect](): string {
    // Quoted with escapes: what a device calls itself must not command the terminal.
    const product = this.product === undefined ? "" : `, ${JSON.stringify(this.product)}`;
    const state = this.isGone ? ", gone" : this.isOpen ? ", open" : "";
    return `<${this}${product}${state}>`;
  }

  /** Gives everything back, as PyUSB's `dispose_resources`: usable again on first use. @internal */
  [kDispose](): Promise<void> {
    return this.#resources.close("fresh");
  }

  #tree(descriptors: DeviceDescriptors): readonly Configuration[] | undefined {
    const parsed = descriptors.configurations?.map((each, index) => new Configuration(this, index, each));
    return parsed && Object.freeze(parsed);
  }

  /** Reads what could not be read before the device was open. */
  async #readTree(): Promise<void> {
    if (this.#configurations !== undefined) return;
    const descriptors = await readDescriptors(this.backend, this.#resources.backendDevice);
    this.#warnings = Object.freeze([...descriptors.warnings]);
    this.#configurations = this.#tree(descriptors);
    if (this.#configurations !== undefined) Object.assign(this, descriptors.device);
    this.#resources.setConfigurations(this.#configurations ?? []);
  }

  #configurationValue(configuration: Configuration | number | undefined): number {
    if (configuration instanceof Configuration) return this.#own(configuration).bConfigurationValue;
    if (configuration !== undefined) return checkInteger("configuration", configuration, 0, 255);
    const first = this.configurations[0];
    if (first !== undefined) return first.bConfigurationValue;
    throw this.#resources.error("ENOENT", "the device described no configuration");
  }

  #interfaceNumber(interface_: Interface | number): number {
    if (interface_ instanceof Interface) return this.#own(interface_).bInterfaceNumber;
    return checkInteger("interface", interface_, 0, 255);
  }

  #target(endpoint: Endpoint | number): Endpoint | number {
    if (endpoint instanceof Endpoint) return this.#own(endpoint);
    return checkInteger("endpoint", endpoint, 0, 255);
  }

  #targets(endpoints: readonly (Endpoint | number)[]): readonly (Endpoint | number)[] {
    if (Array.isArray(endpoints) && endpoints.length > 0) return endpoints.map((each) => this.#target(each));
    throw new TypeError(`endpoints must be an array with at least one endpoint, got ${show(endpoints)}`);
  }

  /** An object of another device would be taken for its numbers alone, and move data to the wrong place. */
  #own<T extends Configuration | Interface | Endpoint>(part: T): T {
    if (part.device === this || part.device[kResources].backendDevice === this.#resources.backendDevice)
      return part;
    throw new TypeError(
      `this ${part.constructor.name} belongs to another device: ${deviceHeadline(part.device)}`,
    );
  }
}
