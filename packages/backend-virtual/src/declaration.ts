import type { ControlSetup, TransferType } from "@tsusb/core/backend";
import type { VirtualDevice } from "./device.js";

/** Speed of a device, by the USB specification's names without "-speed". */
export type VirtualSpeed = "low" | "full" | "high" | "super";

/**
 * What a device answers to a control request: the bytes of an IN request (cut to `wLength`), `undefined` for "done, no
 * bytes", or `"stall"` for a refusal.
 */
export type ControlAnswer = Uint8Array | "stall" | undefined;

/**
 * Answers what the standard requests of USB 2.0 §9.4 do not cover: vendor and class requests.
 *
 * @param data - OUT: the bytes of the data stage, which belong to the device. IN: empty.
 */
export type ControlHandler = (
  setup: ControlSetup,
  data: Uint8Array,
  device: VirtualDevice,
) => ControlAnswer | Promise<ControlAnswer>;

/** What a device does with one endpoint. With neither function it never answers: every transfer waits. */
export interface EndpointLogic {
  /**
   * OUT: takes what the host sent, a zero-length packet as no bytes.
   *
   * @param data - Bytes of one transfer, or what is left of it; they belong to the device.
   * @returns How many bytes it takes now, default all. The rest is offered again after {@link VirtualDevice.wake}, or
   *   whenever an IN endpoint of the device was emptied.
   */
  readonly receive?: ((data: Uint8Array, device: VirtualDevice) => number | undefined) | undefined;
  /**
   * IN: asked when the host waits and nothing was queued by {@link VirtualDevice.send}.
   *
   * @param length - Bytes that the host still takes, rounded up to whole packets.
   * @returns Bytes to send, which belong to the bus from then on; `undefined` if there is nothing now.
   */
  readonly provide?: ((length: number, device: VirtualDevice) => Uint8Array | undefined) | undefined;
}

/** One endpoint. */
export interface EndpointDeclaration extends EndpointLogic {
  /** Number in bits 3..0, direction in bit 7 (1 = IN). */
  readonly bEndpointAddress: number;
  /** Kind of its transfers; default `"bulk"`. */
  readonly type?: Exclude<TransferType, "control"> | undefined;
  /** Bytes of a packet; default: what the type may have at the device's speed, at most 64 for interrupt. */
  readonly wMaxPacketSize?: number | undefined;
  /** Polling interval; default 0 for bulk, 1 else. */
  readonly bInterval?: number | undefined;
  /** Descriptors that follow it, whole: class-specific ones, or a SuperSpeed companion instead of the default one. */
  readonly extraDescriptors?: readonly Uint8Array[] | undefined;
}

/** One alternate setting of an interface. */
export interface AlternateDeclaration {
  /** Default 0xff, vendor-specific. */
  readonly bInterfaceClass?: number | undefined;
  readonly bInterfaceSubClass?: number | undefined;
  readonly bInterfaceProtocol?: number | undefined;
  /** String of `iInterface`. */
  readonly name?: string | undefined;
  /** Descriptors between the interface's and the first endpoint's. */
  readonly extraDescriptors?: readonly Uint8Array[] | undefined;
  /** Default none. */
  readonly endpoints?: readonly EndpointDeclaration[] | undefined;
}

/** One interface: its alternate settings, numbered from 0 in this order. */
export interface InterfaceDeclaration {
  /** Default: its position. */
  readonly bInterfaceNumber?: number | undefined;
  /** At least one. */
  readonly alternates: readonly AlternateDeclaration[];
}

/** One configuration. */
export interface ConfigurationDeclaration {
  /** 1 to 255; default: its position plus 1. */
  readonly bConfigurationValue?: number | undefined;
  /** String of `iConfiguration`. */
  readonly name?: string | undefined;
  /** Default 0x80, bus powered; 0x40 self powered, 0x20 remote wakeup. */
  readonly bmAttributes?: number | undefined;
  /** In steps of 2 mA, at SuperSpeed of 8 mA; default 50. */
  readonly bMaxPower?: number | undefined;
  /** Descriptors between the configuration's and the first interface's, such as interface associations. */
  readonly extraDescriptors?: readonly Uint8Array[] | undefined;
  /** Interfaces, in the order of the bytes. */
  readonly interfaces: readonly InterfaceDeclaration[];
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
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
  readonly serialNumber?: string | undefined;
  /** Language ids of the strings; default 0x0409, English (United States). */
  readonly langids?: readonly number[] | undefined;
  /** Default `"high"`. */
  readonly speed?: VirtualSpeed | undefined;
  /** Default: one, with one interface that has `endpoints`. */
  readonly configurations?: readonly ConfigurationDeclaration[] | undefined;
  /** Endpoints of a device with one configuration and one interface; instead of `configurations`. */
  readonly endpoints?: readonly EndpointDeclaration[] | undefined;
  /** `bConfigurationValue` that the system has selected after plugging; default the first one, 0 for none. */
  readonly initialConfiguration?: number | undefined;
  /** Device capabilities of the BOS, each whole; without them the device has no BOS. */
  readonly capabilities?: readonly Uint8Array[] | undefined;
  /** Answers vendor and class requests; default: refuses all. */
  readonly control?: ControlHandler | undefined;
}
