import type { VirtualDevice } from "../device.js";
import type { FaultPlan, Latency } from "./conduct.js";
import type { ConfigurationDeclaration } from "./configuration.js";
import type { ControlEntry, ControlHandler, StandardHandler } from "./control.js";
import type { EndpointDeclaration } from "./endpoint.js";
import type { VirtualText } from "./text.js";

/** Speed of a device, by the USB specification's names without "-speed". */
export type VirtualSpeed = "low" | "full" | "high" | "super";

/** Bytes that are given out instead of the built ones, however malformed; the endpoints stay the declared ones. */
export interface DescriptorOverrides {
  readonly device?: Uint8Array | undefined;
  /** By index; what is `undefined` is built. */
  readonly configurations?: readonly (Uint8Array | undefined)[] | undefined;
  /** By string index; 0 is the table of language ids. */
  readonly strings?: Readonly<Record<number, Uint8Array>> | undefined;
  readonly bos?: Uint8Array | undefined;
  readonly qualifier?: Uint8Array | undefined;
}

/** A whole device. Field names are the USB specification's; what is left out has the default of a simple device. */
export interface DeviceDeclaration {
  readonly idVendor: number;
  readonly idProduct: number;
  /** Default 0x0200, at SuperSpeed 0x0300. */
  readonly bcdUSB?: number | undefined;
  /** Default 0x0100. */
  readonly bcdDevice?: number | undefined;
  /** Default 0: told by the interfaces. */
  readonly bDeviceClass?: number | undefined;
  readonly bDeviceSubClass?: number | undefined;
  readonly bDeviceProtocol?: number | undefined;
  /** Default 64, at low speed 8, at SuperSpeed 9 (2⁹ bytes). */
  readonly bMaxPacketSize0?: number | undefined;
  readonly manufacturer?: VirtualText | undefined;
  readonly product?: VirtualText | undefined;
  readonly serialNumber?: VirtualText | undefined;
  /** Further strings by index, 1 to 255, for class-specific descriptors that name one. */
  readonly strings?: Readonly<Record<number, VirtualText>> | undefined;
  /** Language ids of the strings; default those that the strings name, else 0x0409, English (United States). */
  readonly langids?: readonly number[] | undefined;
  /** Default `"high"`. */
  readonly speed?: VirtualSpeed | undefined;
  /** Default: one, with one interface that has `endpoints`. */
  readonly configurations?: readonly ConfigurationDeclaration[] | undefined;
  /** Endpoints of a device with one configuration and one interface; instead of `configurations`. */
  readonly endpoints?: readonly EndpointDeclaration[] | undefined;
  /** A bulk OUT endpoint 0x01 whose bytes come back on the bulk IN endpoint 0x81, instead of `endpoints`. */
  readonly echo?: boolean | undefined;
  /** `bConfigurationValue` that the system has selected after plugging; default the first one, 0 for none. */
  readonly initialConfiguration?: number | undefined;
  /** Device capabilities of the BOS, each whole; without them the device has no BOS. */
  readonly capabilities?: readonly Uint8Array[] | undefined;
  /** Answers vendor and class requests, by a function or a table whose first fitting row counts; default: refuses all. */
  readonly control?: ControlHandler | readonly ControlEntry[] | undefined;
  /** Is asked first about standard requests; default nobody. */
  readonly standard?: StandardHandler | undefined;
  /** Is called whenever the device starts anew, to put its own state back: plugged in, reset, or configured. */
  readonly onReset?: ((device: VirtualDevice) => void) | undefined;
  /** Time until any transfer, and any vendor or class request, is answered; default none. */
  readonly latency?: Latency | undefined;
  /** Faults by chance on every endpoint and with vendor and class requests; default none. */
  readonly faults?: FaultPlan | undefined;
  /** Pulls the device in the middle of the transfer after this many on its endpoints, not counting control transfers. */
  readonly unplugAfter?: number | undefined;
  /** Bytes of the latest writes that are kept of each endpoint for {@link VirtualDevice.writes}; default 256 KiB, 0 keeps nothing. */
  readonly recordLimit?: number | undefined;
  /** Descriptors that lie; default none. */
  readonly overrides?: DescriptorOverrides | undefined;
}
