import type { IBackend } from "../contract/backend.js";
import type { BackendOptions } from "../contract/backend-device.js";
import type { Device } from "../model/device.js";
import type { DeviceDescriptor } from "../usb/descriptors.js";

/**
 * What a device must be. Every field given must match; 0 is a value. An unknown key is a TypeError.
 *
 * The class triple of an interface matches if one alternate setting matches all of what is given of it.
 */
export interface DeviceFilter extends Partial<DeviceDescriptor> {
  /** Number of the bus. */
  readonly bus?: number;
  /** Address on the bus. */
  readonly address?: number;
  /** Ports from the root hub down, all of them. */
  readonly portNumbers?: readonly number[];
  /** One of `util.SPEED_*`. */
  readonly speed?: number;
  /** Serial number string. If the system does not keep it, candidates are opened for it. */
  readonly serialNumber?: string;
  /** Manufacturer string. If the system does not keep it, candidates are opened for it. */
  readonly manufacturer?: string;
  /** Product string. If the system does not keep it, candidates are opened for it. */
  readonly product?: string;
  /** Class of an interface. */
  readonly bInterfaceClass?: number;
  /** Subclass of an interface. */
  readonly bInterfaceSubClass?: number;
  /** Protocol of an interface. */
  readonly bInterfaceProtocol?: number;
  /** Called last, for devices that match everything else; may be asynchronous. */
  readonly customMatch?: (device: Device) => boolean | Promise<boolean>;
}

/** What `find`, `findAll` and `devices` take. */
export interface FindOptions extends DeviceFilter {
  /** The backend to ask; default: the best one that works, as `getBackend()` gives it. */
  readonly backend?: IBackend;
}

/** What `getBackend` takes. */
export interface GetBackendOptions extends Pick<BackendOptions, "logLevel" | "onLog"> {
  /** Names or package names, in order; replaces `TSUSB_BACKEND` and the whole default order. */
  readonly order?: readonly string[] | undefined;
  /** Folder or file of the application, from which packages are resolved; default: that of `process.argv[1]`. */
  readonly from?: string | URL | undefined;
  /** Options for single backends, by name. They win over `logLevel` and `onLog`. */
  readonly backendOptions?: Readonly<Record<string, BackendOptions>> | undefined;
}
