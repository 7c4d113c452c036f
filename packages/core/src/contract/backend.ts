// biome-ignore-all lint/correctness/noUnusedFunctionParameters: implementers and readers need the names, the defaults do not.
import { USBError } from "../errors.js";
import type {
  BackendDevice,
  BackendDeviceEvent,
  BackendHandle,
  BackendOpenOptions,
  BackendWatch,
} from "./backend-device.js";
import { cutEndpoint, cutInterface } from "./cut-descriptor.js";
import { transferOrThrow } from "./named-transfers.js";
import { PolledWatch } from "./polled-watch.js";
import type { BackendSink, BackendStream, StreamRequest } from "./stream.js";
import { SubmitSink } from "./submit-sink.js";
import { SubmitStream } from "./submit-stream.js";
import type { BackendSupports } from "./supports.js";
import type { IsoPacket, Submission, TransferRequest, TransferType } from "./transfer.js";

/**
 * The contract between core and a USB library: the only door between them.
 *
 * Abstract members must be written; the others have a default that may be overridden. Core promises: arguments are
 * checked and in range; handles and devices are objects that this backend gave; `closeDevice` is called once for each
 * handle; calls on one handle that change its state run one after another. A backend promises: no method blocks the JS
 * thread or occupies libuv's thread pool while a device or the system thinks; no promise stays pending after `close`;
 * nothing that a device says is trusted. Methods other than `submit` reject with `USBError` whose code comes from the
 * backend's own table, with the library's number in `backendErrorCode`.
 *
 * Several devices, and several handles of one device, may be open at once.
 */
export abstract class IBackend {
  /** Short name, as registered: `"libusb1"`. */
  abstract readonly name: string;
  /** What this backend can do here. Frozen. */
  abstract readonly supports: BackendSupports;
  /** Version of the C library, or of the package where there is none: `"1.0.26.11724"`. */
  declare readonly version: string | undefined;
  /** Real path of the C library that was loaded. */
  declare readonly libraryPath: string | undefined;

  // --- finding devices -------------------------------------------------------------------------------------------

  /**
   * Lists every device that the library lists.
   *
   * I/O: asks the operating system; does not open or touch a device. An empty list is a valid answer, also where there
   * is no USB subsystem at all. One device that cannot be read is listed with what is known.
   *
   * @returns Objects that stay valid until the device is unplugged or the backend closed; the same object or an equal
   *   one with the same `key` on each call.
   * @throws {@link USBError} `EACCES`, `ENOMEM`, `EIO` if the system cannot be asked; `ERR_USB_CLOSED` after `close`.
   */
  abstract enumerateDevices(): Promise<readonly BackendDevice[]>;

  /**
   * Gives the device descriptor's bytes (USB 2.0 §9.6.1), as the device sent them, in a fresh array.
   *
   * I/O: none, or asks the operating system; with `supports.descriptors: "onOpen"` needs an open handle.
   *
   * @returns Normally 18 bytes; a device that lies may give fewer or more.
   * @throws {@link USBError} `ENODEV` if the device is gone, `ERR_USB_NOT_OPEN` with `"onOpen"`.
   */
  abstract getDeviceDescriptor(device: BackendDevice): Promise<Uint8Array>;

  /**
   * Gives the bytes of one configuration with everything in it: interfaces, endpoints, class-specific descriptors
   * (USB 2.0 §9.6.3), as the device sent them, in a fresh array.
   *
   * I/O: as {@link getDeviceDescriptor}.
   *
   * @param index - Position in the device's list, from 0; not `bConfigurationValue`.
   * @returns As many bytes as are to be had: `wTotalLength` may lie.
   * @throws {@link USBError} `ENOENT` if there is no such index, `ENODEV`, `ERR_USB_NOT_OPEN`.
   */
  abstract getConfigurationDescriptor(device: BackendDevice, index: number): Promise<Uint8Array>;

  /**
   * Gives the bytes of one interface descriptor and all that follows up to the next one. Default: cut from
   * {@link getConfigurationDescriptor}.
   *
   * @param interfaceIndex - Position among the configuration's distinct `bInterfaceNumber`s, from 0.
   * @param alternateIndex - Position among that interface's alternate settings, from 0.
   * @param configurationIndex - As `index` above.
   * @throws {@link USBError} `ENOENT` if one of the three does not exist.
   */
  async getInterfaceDescriptor(
    device: BackendDevice,
    interfaceIndex: number,
    alternateIndex: number,
    configurationIndex: number,
  ): Promise<Uint8Array> {
    const configuration = await this.getConfigurationDescriptor(device, configurationIndex);
    return cutInterface(configuration, { interfaceIndex, alternateIndex });
  }

  /**
   * Gives the bytes of one endpoint descriptor and all that follows up to the next endpoint or interface. Default: cut
   * from {@link getConfigurationDescriptor}.
   *
   * @param endpointIndex - Position within the alternate setting, from 0; not an address.
   * @throws {@link USBError} `ENOENT` if one of the four does not exist.
   */
  async getEndpointDescriptor(
    device: BackendDevice,
    endpointIndex: number,
    interfaceIndex: number,
    alternateIndex: number,
    configurationIndex: number,
  ): Promise<Uint8Array> {
    const configuration = await this.getConfigurationDescriptor(device, configurationIndex);
    return cutEndpoint(cutInterface(configuration, { interfaceIndex, alternateIndex }), endpointIndex);
  }

  /**
   * Gives the hub that a device is plugged into, `undefined` for a root hub. I/O: none.
   *
   * @throws {@link USBError} `ENOSYS` unless `supports.parent`.
   */
  async getParent(device: BackendDevice): Promise<BackendDevice | undefined> {
    throw denied(this, "getParent");
  }

  /**
   * Tells of devices that come and go, from now on; those present are not told. Default: compares enumerations, once
   * a second while a watch is open, without keeping the process alive.
   *
   * @param listener - Called on the JS thread, one event at a time. Where `supports.hotplug`, a plug is told before any
   *   enumeration shows the device. What it throws is an uncaught exception and does not end the watch.
   */
  async watch(listener: (event: BackendDeviceEvent) => void): Promise<BackendWatch> {
    return new PolledWatch(this, listener).start();
  }

  // --- opening and selecting -------------------------------------------------------------------------------------

  /**
   * Opens a device. Several handles of one device may exist.
   *
   * I/O: may block; the backend keeps that off the JS thread.
   *
   * @throws {@link USBError} `EACCES` without permission, `ENODEV` if it is gone, `EBUSY` where the system allows one
   *   handle only, `ENOMEM`, `ERR_USB_CLOSED`.
   */
  abstract openDevice(device: BackendDevice, options?: BackendOpenOptions): Promise<BackendHandle>;

  /**
   * Closes a handle: cancels what is in flight on it, waits for each, gives claimed interfaces back, closes. Resolves
   * even if the device is gone. Idempotent.
   */
  abstract closeDevice(handle: BackendHandle): Promise<void>;

  /**
   * Gives a handle to a device node that somebody else opened: an Android or Flatpak file descriptor.
   *
   * @param fd - The file descriptor, which stays the caller's and must stay open until `closeDevice`.
   * @throws {@link USBError} `ENOSYS` unless `supports.wrapSysDevice`; `EINVAL` if it is no USB device.
   */
  async wrapSysDevice(fd: number): Promise<BackendHandle> {
    throw denied(this, "wrapSysDevice");
  }

  /**
   * Selects a configuration. I/O: one control transfer, and the system drops its drivers.
   *
   * @param configurationValue - `bConfigurationValue`; 0 unconfigures.
   * @throws {@link USBError} `ENOENT` if there is no such value, `EBUSY` while an interface is claimed, `ENODEV`.
   */
  abstract setConfiguration(handle: BackendHandle, configurationValue: number): Promise<void>;

  /**
   * Tells the active configuration. I/O: asks the operating system, or one control transfer.
   *
   * @returns `bConfigurationValue`, 0 if unconfigured.
   * @throws {@link USBError} `ENODEV`, `EIO`.
   */
  abstract getConfiguration(handle: BackendHandle): Promise<number>;

  /**
   * Takes an interface for this handle. Claiming what this handle holds succeeds. I/O: asks the operating system.
   *
   * @param interfaceNumber - `bInterfaceNumber` in the active configuration.
   * @throws {@link USBError} `EBUSY` if a driver or another handle holds it, `ENOENT` if there is none, `ENODEV`.
   */
  abstract claimInterface(handle: BackendHandle, interfaceNumber: number): Promise<void>;

  /**
   * Gives an interface back; the system selects alternate setting 0. I/O: may be one control transfer.
   *
   * @param interfaceNumber - `bInterfaceNumber`.
   * @throws {@link USBError} `ENOENT` if this handle does not hold it, `ENODEV`.
   */
  abstract releaseInterface(handle: BackendHandle, interfaceNumber: number): Promise<void>;

  /**
   * Selects an alternate setting of a claimed interface. I/O: one control transfer.
   *
   * @param interfaceNumber - `bInterfaceNumber`.
   * @param alternateSetting - `bAlternateSetting`.
   * @throws {@link USBError} `ENOENT` if not claimed or not there, `ENODEV`.
   */
  abstract setInterfaceAltsetting(
    handle: BackendHandle,
    interfaceNumber: number,
    alternateSetting: number,
  ): Promise<void>;

  /**
   * Ends an endpoint's halt and resets its data toggle. I/O: one control transfer.
   *
   * @param endpoint - `bEndpointAddress`.
   * @throws {@link USBError} `ENOSYS` unless `supports.clearHalt`; `ENOENT` if there is no such endpoint, `ENODEV`.
   */
  async clearHalt(handle: BackendHandle, endpoint: number): Promise<void> {
    throw denied(this, "clearHalt");
  }

  /**
   * Resets the port and restores configuration and claims; core then selects alternate settings other than 0 again.
   * I/O: blocks for up to a second.
   *
   * @throws {@link USBError} `ENOSYS` unless `supports.reset`; `ENODEV` if the device came back as another one.
   */
  async resetDevice(handle: BackendHandle): Promise<void> {
    throw denied(this, "resetDevice");
  }

  /**
   * Tells whether the system's driver holds an interface. I/O: asks the operating system.
   *
   * @param interfaceNumber - `bInterfaceNumber`.
   * @throws {@link USBError} `ENOSYS` unless `supports.kernelDriver`; `ENODEV`.
   */
  async isKernelDriverActive(handle: BackendHandle, interfaceNumber: number): Promise<boolean> {
    throw denied(this, "isKernelDriverActive");
  }

  /**
   * Takes the system's driver off an interface. I/O: asks the operating system.
   *
   * @param interfaceNumber - `bInterfaceNumber`.
   * @throws {@link USBError} `ENOSYS` unless `supports.kernelDriver`; `ENOENT` if no driver holds it, `ENODEV`.
   */
  async detachKernelDriver(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    throw denied(this, "detachKernelDriver");
  }

  /**
   * Lets the system's driver take an interface again. I/O: asks the operating system.
   *
   * @param interfaceNumber - `bInterfaceNumber`.
   * @throws {@link USBError} `ENOSYS` unless `supports.kernelDriver`; `EBUSY` while it is claimed, `ENOENT`, `ENODEV`.
   */
  async attachKernelDriver(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    throw denied(this, "attachKernelDriver");
  }

  /**
   * Sets up bulk streams on endpoints of claimed interfaces (USB 3.2 §8.12.1.4). I/O: asks the host controller.
   *
   * @param count - Streams wanted on each endpoint, at least 1.
   * @param endpoints - `bEndpointAddress` of each.
   * @returns Streams that each of them has now, at most `count`; their ids begin at 1.
   * @throws {@link USBError} `ENOSYS` unless `supports.bulkStreams`, and if the controller cannot; `EINVAL` for an endpoint
   *   without streams, `ENOENT` if one is not there or not claimed, `ENODEV`.
   */
  async allocStreams(handle: BackendHandle, count: number, endpoints: readonly number[]): Promise<number> {
    throw denied(this, "allocStreams");
  }

  /**
   * Gives bulk streams back. I/O: asks the host controller.
   *
   * @param endpoints - `bEndpointAddress` of each.
   * @throws {@link USBError} as {@link allocStreams}.
   */
  async freeStreams(handle: BackendHandle, endpoints: readonly number[]): Promise<void> {
    throw denied(this, "freeStreams");
  }

  // --- moving data -----------------------------------------------------------------------------------------------

  /**
   * Starts one transfer and returns at once. Never throws: what cannot be submitted is a rejection of `done`.
   *
   * I/O: one transfer of the C library, never split. Several may be in flight, on one endpoint too; those of an endpoint
   * complete in the order of submission.
   */
  abstract submit(handle: BackendHandle, request: TransferRequest): Submission;

  /**
   * Opens a continuous IN stream. Default: a queue of `transfers` submissions, renewed on the JS thread.
   *
   * @throws {@link USBError} `ENOSYS` if `supports` denies the kind, `ENODEV`, `ERR_USB_CLOSED`.
   */
  async openStream(handle: BackendHandle, request: StreamRequest): Promise<BackendStream> {
    checkSupported(this, "openStream", request.type);
    return new SubmitStream(this, handle, request);
  }

  /** Opens a continuous OUT stream. Default and errors as {@link openStream}. */
  async openSink(handle: BackendHandle, request: StreamRequest): Promise<BackendSink> {
    checkSupported(this, "openSink", request.type);
    return new SubmitSink(this, handle, request);
  }

  /**
   * Ends the backend: closes every handle, its contexts and threads. After it, calls reject with `ERR_USB_CLOSED`, and
   * the package's `getBackend` gives a new instance. Idempotent.
   */
  abstract close(): Promise<void>;

  // --- the seven transfers of PyUSB's IBackend, each over submit ------------------------------------------------

  /**
   * Control transfer. I/O: one transfer.
   *
   * @param data - OUT: the bytes to send. IN: the buffer to fill from its start. Its length is `wLength`.
   * @param timeout - Milliseconds, 0 = none.
   * @returns Bytes moved, either way.
   * @throws {@link USBError} `EPIPE` if refused, `ETIMEDOUT`, `EOVERFLOW`, `EIO`, `ENODEV`, `EINTR` if cancelled.
   */
  async ctrlTransfer(
    handle: BackendHandle,
    bmRequestType: number,
    bRequest: number,
    wValue: number,
    wIndex: number,
    data: Uint8Array,
    timeout: number,
  ): Promise<number> {
    const setup = { bmRequestType, bRequest, wValue, wIndex, wLength: data.length };
    const bytes = (bmRequestType & 0x80) !== 0 ? { into: data } : { data };
    const request: TransferRequest = { type: "control", endpoint: 0, setup, timeout, ...bytes };
    return (await transferOrThrow(this, handle, request)).length;
  }

  /**
   * Bulk transfer IN. I/O: one transfer.
   *
   * @param endpoint - `bEndpointAddress`.
   * @param interfaceNumber - `bInterfaceNumber`, for libraries that need it.
   * @param buffer - Filled from its start.
   * @param timeout - Milliseconds, 0 = none. A timeout after some bytes gives their count.
   * @returns Bytes read.
   * @throws {@link USBError} as {@link ctrlTransfer}.
   */
  async bulkRead(
    handle: BackendHandle,
    endpoint: number,
    interfaceNumber: number,
    buffer: Uint8Array,
    timeout: number,
  ): Promise<number> {
    const request: TransferRequest = { type: "bulk", endpoint, into: buffer, timeout };
    return (await transferOrThrow(this, handle, request)).length;
  }

  /** Bulk transfer OUT of `data`; gives the bytes written. A timeout half-way rejects with `transferred`. */
  async bulkWrite(
    handle: BackendHandle,
    endpoint: number,
    interfaceNumber: number,
    data: Uint8Array,
    timeout: number,
  ): Promise<number> {
    const request: TransferRequest = { type: "bulk", endpoint, data, timeout };
    return (await transferOrThrow(this, handle, request)).length;
  }

  /** Interrupt transfer IN, as {@link bulkRead}. */
  async intrRead(
    handle: BackendHandle,
    endpoint: number,
    interfaceNumber: number,
    buffer: Uint8Array,
    timeout: number,
  ): Promise<number> {
    const request: TransferRequest = { type: "interrupt", endpoint, into: buffer, timeout };
    return (await transferOrThrow(this, handle, request)).length;
  }

  /** Interrupt transfer OUT, as {@link bulkWrite}. */
  async intrWrite(
    handle: BackendHandle,
    endpoint: number,
    interfaceNumber: number,
    data: Uint8Array,
    timeout: number,
  ): Promise<number> {
    const request: TransferRequest = { type: "interrupt", endpoint, data, timeout };
    return (await transferOrThrow(this, handle, request)).length;
  }

  /**
   * Isochronous transfer IN. I/O: one transfer.
   *
   * @param buffer - Filled with the packets' bytes at the packets' offsets, holes left as they were.
   * @param packetLengths - Bytes of each packet; their sum is at most `buffer.length`.
   * @returns One entry a packet.
   * @throws {@link USBError} as {@link bulkRead}; `ENOSYS` unless `supports.isochronous`.
   */
  async isoRead(
    handle: BackendHandle,
    endpoint: number,
    interfaceNumber: number,
    buffer: Uint8Array,
    packetLengths: readonly number[],
    timeout: number,
  ): Promise<readonly IsoPacket[]> {
    const into = buffer.subarray(0, sum(packetLengths));
    return isochronous(this, "isoRead", handle, {
      type: "isochronous",
      endpoint,
      into,
      packetLengths,
      timeout,
    });
  }

  /** Isochronous transfer OUT of `data`, cut into `packetLengths`; otherwise as {@link isoRead}. */
  async isoWrite(
    handle: BackendHandle,
    endpoint: number,
    interfaceNumber: number,
    data: Uint8Array,
    packetLengths: readonly number[],
    timeout: number,
  ): Promise<readonly IsoPacket[]> {
    const bytes = data.subarray(0, sum(packetLengths));
    return isochronous(this, "isoWrite", handle, {
      type: "isochronous",
      endpoint,
      data: bytes,
      packetLengths,
      timeout,
    });
  }
}

async function isochronous(
  backend: IBackend,
  method: string,
  handle: BackendHandle,
  request: TransferRequest,
): Promise<readonly IsoPacket[]> {
  checkSupported(backend, method, request.type);
  const { packets } = await transferOrThrow(backend, handle, request);
  if (packets) return packets;
  throw new USBError(`${backend.name}.submit gave no packets for an isochronous transfer`, {
    code: "ERR_USB_BACKEND",
    backend: backend.name,
  });
}

function checkSupported(backend: IBackend, method: string, type: TransferType): void {
  if (type === "isochronous" && !backend.supports.isochronous) throw denied(backend, method);
}

function denied(backend: IBackend, method: string): USBError {
  return new USBError(`${backend.name}.${method}: this backend cannot do that here`, {
    code: "ENOSYS",
    backend: backend.name,
  });
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}
