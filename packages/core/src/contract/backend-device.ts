import type { IBackend } from "./backend.js";

/** Class, subclass and protocol, of a device or of one alternate setting (USB 2.0 §9.6.1, §9.6.5). */
export interface ClassTriple {
  /** Class code, as assigned by the USB-IF. */
  readonly class: number;
  /** Subclass, whose meaning depends on the class. */
  readonly subClass: number;
  /** Protocol, whose meaning depends on class and subclass. */
  readonly protocol: number;
}

/**
 * A device as a backend sees it. Core treats it as opaque but for the fields here, and hands back the very object that
 * the backend gave. A backend extends it with what it needs to find the device again.
 *
 * Optional fields are `undefined` where the library cannot tell; core then asks for descriptors or leaves them so.
 */
export interface BackendDevice {
  /**
   * Identity: the same as long as the device stays plugged, on every enumeration, and never used again in this
   * process for another device or for the same one after a replug.
   */
  readonly key: string;
  /** Number of the bus. */
  readonly bus?: number | undefined;
  /** Address on that bus, 1 to 127. */
  readonly address?: number | undefined;
  /** Ports from the root hub down, 1-based; empty for a root hub. */
  readonly portNumbers?: readonly number[] | undefined;
  /** One of the `SPEED_*` constants; `SPEED_UNKNOWN` where the system itself does not know. */
  readonly speed?: number | undefined;
  /** Vendor id, if known without opening. */
  readonly idVendor?: number | undefined;
  /** Product id, if known without opening. */
  readonly idProduct?: number | undefined;
  /** Class triple of the device descriptor, if known without opening. */
  readonly deviceClass?: ClassTriple | undefined;
  /** Class triples of the interfaces, if known without opening; core needs them only for `descriptors: "onOpen"`. */
  readonly interfaceClasses?: readonly ClassTriple[] | undefined;
  /** Manufacturer string, if known without asking the device. */
  readonly manufacturer?: string | undefined;
  /** Product string, if known without asking the device. */
  readonly product?: string | undefined;
  /** Serial number string, if known without asking the device. */
  readonly serialNumber?: string | undefined;
  /** Path of the device's node (`/dev/bus/usb/001/002`), for the hint of an `EACCES`. */
  readonly node?: string | undefined;
  /** Path of the device's folder in sysfs, for the hint of an `EBUSY`. */
  readonly sysfs?: string | undefined;
}

/** An open device. Opaque to core, which hands back the very object that the backend gave. */
export interface BackendHandle {
  /** The device that this handle opened. */
  readonly device: BackendDevice;
}

/** What core passes to {@link IBackend.openDevice}. */
export interface BackendOpenOptions {
  /**
   * Detach the kernel's driver when an interface is claimed and give it back when released. Only ever `true` where
   * `supports.autoDetach`.
   */
  readonly autoDetachKernelDriver?: boolean;
}

/** A change that {@link IBackend.watch} saw. */
export interface BackendDeviceEvent {
  /** What happened. */
  readonly type: "plug" | "unplug";
  /** The device; after an unplug only its fields are of use. */
  readonly device: BackendDevice;
}

/** A running watch. */
export interface BackendWatch {
  /** Ends it; no event comes after it resolves. Idempotent. */
  close(): Promise<void>;
}

/** Options that every backend's `getBackend` takes. A backend adds its own. */
export interface BackendOptions {
  /** How much the C library tells: 0 nothing, 1 errors, 2 warnings, 3 information, 4 debug. Default: the library's. */
  readonly logLevel?: number | undefined;
  /** Receives the library's log instead of stderr, where the library can do that. Called on the JS thread. */
  readonly onLog?: ((line: string, level: number) => void) | undefined;
  /** Path of the library to load; no other is tried. Ignored by backends without a library. */
  readonly libraryPath?: string | undefined;
  /** Finds the library by name, before the known places are searched; `undefined` goes on with those. */
  readonly findLibrary?:
    | ((candidate: string) => string | undefined | Promise<string | undefined>)
    | undefined;
}

/** What a backend package tells core about itself when it is imported. */
export interface BackendRegistration {
  /** Short name for `order`, `TSUSB_BACKEND` and messages: `libusb1`. */
  readonly name: string;
  /** Version of this contract. */
  readonly apiVersion: 1;
  /** npm name of the package, for messages and to tell two packages with one name apart. */
  readonly packageName?: string | undefined;
  /**
   * Gives a working backend: its library is loaded and initialised. The same options (plain values by value, functions
   * by identity) give the same instance until it is closed.
   *
   * @throws {@link NoBackendError} if it does not work here; never resolves to nothing.
   */
  getBackend(options?: BackendOptions): Promise<IBackend>;
}
