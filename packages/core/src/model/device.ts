import type { IBackend } from "../contract/backend.js";
import type { IsoPacket, TransferRequest, TransferResult } from "../contract/transfer.js";
import type { BOSDescriptor, DescriptorWarning, DeviceDescriptor } from "../usb/descriptors.js";
import type { Configuration } from "./configuration.js";
import type { Endpoint } from "./endpoint.js";
import type { Interface } from "./interface.js";
import type {
  DataOut,
  IsoOptions,
  OpenOptions,
  TransferOptions,
  TransferOptionsOrTimeout,
  WriteOptions,
} from "./options.js";

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
 * Reading fields is synchronous and cached. Methods that ask the device or the system return promises. State changes run
 * one after another in the order of the calls, and reject with `EBUSY`, naming the endpoints, while a transfer or stream
 * is pending on what they would change. Only a pending operation keeps the process alive.
 */
export declare class Device implements DeviceDescriptor, Iterable<Configuration>, AsyncDisposable {
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
  /** Last of {@link Device.portNumbers}; `undefined` for a root hub too. */
  readonly portNumber: number | undefined;
  /** One of `util.SPEED_*`; `undefined` if the backend cannot tell. */
  readonly speed: number | undefined;
  /** Manufacturer string as far as it is known without asking the device; {@link Device.readStrings} adds to it. */
  readonly manufacturer: string | undefined;
  /** Product string as far as it is known without asking the device. */
  readonly product: string | undefined;
  /** Serial number as far as it is known without asking the device. */
  readonly serialNumber: string | undefined;
  /**
   * Every configuration.
   *
   * @throws {@link USBError} `ERR_USB_NOT_OPEN` where the backend knows descriptors only once the device is open.
   */
  readonly configurations: readonly Configuration[];
  /** What was wrong with the descriptors; empty if nothing. */
  readonly warnings: readonly DescriptorWarning[];
  /** Whether it is open now. */
  readonly isOpen: boolean;
  /** Whether it was unplugged. */
  readonly isGone: boolean;
  /**
   * Milliseconds that a transfer may take unless it says otherwise; 0 or `Infinity` is no limit. Initially 1000.
   * Setting throws RangeError for a negative number or NaN.
   */
  defaultTimeout: number;

  /** Iterates over {@link Device.configurations}. */
  [Symbol.iterator](): IterableIterator<Configuration>;

  /**
   * Opens the device; opening what is open changes nothing but the options.
   *
   * I/O: asks the operating system.
   *
   * @throws {@link USBError} `EACCES` without permission (`hint` has the udev rule), `ENODEV`, `EBUSY`, `ENOMEM`.
   */
  open(options?: OpenOptions): Promise<this>;
  /**
   * Cancels everything pending and waits for it, gives interfaces and drivers back, closes. Idempotent; never rejects
   * because the device is gone. `await using` calls it.
   */
  close(): Promise<void>;
  /** Same as {@link Device.close}. */
  [Symbol.asyncDispose](): Promise<void>;
  /** Gives an independent object for the same device, open, with a handle and claims of its own. */
  openSeparately(options?: OpenOptions): Promise<Device>;
  /**
   * Resets the port. The object stays; claims and alternate settings are restored where the system does so.
   *
   * I/O: up to a second. Needs nothing pending.
   *
   * @throws {@link USBError} `ENODEV` if it came back as another device, `ENOSYS`, `EBUSY`.
   */
  reset(): Promise<void>;

  /**
   * Selects a configuration; releases this device's own claims first. I/O: one control transfer.
   *
   * @param configuration - A {@link Configuration}, a `bConfigurationValue`, 0 to unconfigure; default: the first one.
   * @throws {@link USBError} `ENOENT` naming the values that exist, `EBUSY`, `ENODEV`.
   */
  setConfiguration(configuration?: Configuration | number): Promise<void>;
  /**
   * Tells the active configuration. I/O: asks the operating system, or one control transfer.
   *
   * @returns `undefined` if the device is unconfigured.
   */
  getActiveConfiguration(): Promise<Configuration | undefined>;
  /**
   * Claims an interface for this object; claiming what it holds succeeds. Opens the device. Transfers claim by
   * themselves.
   *
   * @param interface_ - An {@link Interface} or a `bInterfaceNumber`.
   * @throws {@link USBError} `EBUSY` with the holder's name in `hint`, `ENOENT` naming those that exist.
   */
  claimInterface(interface_: Interface | number): Promise<void>;
  /** Gives an interface back; nothing happens if it is not held. */
  releaseInterface(interface_: Interface | number): Promise<void>;
  /**
   * Selects an alternate setting; claims the interface. I/O: one control transfer.
   *
   * @param interface_ - An {@link Interface} or a `bInterfaceNumber`; default: the first one of the active configuration.
   * @param alternateSetting - `bAlternateSetting`; default: that of the {@link Interface}, or the first one.
   * @throws {@link USBError} `ENOENT` naming those that exist, `EBUSY`, `ENODEV`.
   */
  setInterfaceAltsetting(interface_?: Interface | number, alternateSetting?: number): Promise<void>;
  /** Ends an endpoint's halt. I/O: one control transfer. @param endpoint - Object or `bEndpointAddress`. */
  clearHalt(endpoint: Endpoint | number): Promise<void>;
  /** Tells whether the system's driver holds an interface. @throws {@link USBError} `ENOSYS` where unknown. */
  isKernelDriverActive(interface_: Interface | number): Promise<boolean>;
  /** Takes the system's driver off. @throws {@link USBError} `ENOENT` if there is none, `ENOSYS`, `EACCES`. */
  detachKernelDriver(interface_: Interface | number): Promise<void>;
  /** Lets the system's driver take the interface again. @throws {@link USBError} `EBUSY` while claimed, `ENOSYS`. */
  attachKernelDriver(interface_: Interface | number): Promise<void>;
  /** Gives the hub it is plugged into, `undefined` for a root hub. @throws {@link USBError} `ENOSYS`. */
  getParent(): Promise<Device | undefined>;

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
   * @throws {@link USBError} `EPIPE`, `EOVERFLOW`, `EIO`, `ENODEV`, `EBUSY`, `ENOENT`, `ABORT_ERR`; with `transferred`
   *   and `partial` if bytes had arrived.
   */
  read(endpoint: Endpoint | number, length: number, options?: TransferOptionsOrTimeout): Promise<Uint8Array>;
  /**
   * Reads into a buffer, from its start. Otherwise as {@link Device.read}.
   *
   * @returns Bytes read. If the buffer is detached meanwhile, rejects with `EINVAL` and the bytes in `partial`.
   */
  readInto(
    endpoint: Endpoint | number,
    buffer: ArrayBufferView | ArrayBuffer,
    options?: TransferOptionsOrTimeout,
  ): Promise<number>;
  /**
   * Writes to a bulk, interrupt or isochronous endpoint. The data is copied before the call returns.
   *
   * @returns Bytes written: all of them.
   * @throws {@link USBTimeoutError} `ETIMEDOUT`, with `transferred`, if not all went in time.
   * @throws {@link USBError} as {@link Device.read}.
   */
  write(endpoint: Endpoint | number, data: DataOut, options?: WriteOptions | number): Promise<number>;
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
  /**
   * One transfer with its whole outcome as a value: a stall, a timeout and an overflow resolve too.
   *
   * @throws {@link USBError} only if nothing was submitted: `ENODEV`, `EBUSY`, `ENOENT`, `ERR_USB_CLOSED`.
   */
  transfer(
    request: Omit<TransferRequest, "timeout" | "type" | "endpoint"> & {
      readonly endpoint?: Endpoint | number;
    },
    options?: TransferOptions,
  ): Promise<TransferResult>;
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
  ): Promise<{ data: Uint8Array; packets: readonly IsoPacket[] }>;
  /** Isochronous write: one transfer. @returns What came of each packet. */
  isoWrite(
    endpoint: Endpoint | number,
    data: DataOut,
    options?: IsoOptions | number,
  ): Promise<{ packets: readonly IsoPacket[] }>;

  /**
   * Reads a string descriptor. I/O: one or two control transfers.
   *
   * @param index - Index of the string; 0 gives `undefined` without asking.
   * @param langid - Language, default the first one the device has.
   * @throws {@link USBError} `ENOENT` if the device has no languages, `EPIPE` if it has no such string, `EACCES`.
   */
  getString(index: number, langid?: number): Promise<string | undefined>;
  /** Reads the three strings of the device descriptor; the cached fields have them from then on. */
  readStrings(): Promise<DeviceStrings>;
  /** Reads the language ids. I/O: one control transfer, then cached. @returns Empty if the device has no strings. */
  getLangids(): Promise<readonly number[]>;
  /** Reads the BOS. I/O: two control transfers, then cached. @returns `undefined` if the device has none. */
  getBOS(): Promise<BOSDescriptor | undefined>;
}
