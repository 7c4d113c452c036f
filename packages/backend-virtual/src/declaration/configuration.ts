import type { EndpointDeclaration } from "./endpoint.js";
import type { VirtualText } from "./text.js";

/** One alternate setting of an interface. */
export interface AlternateDeclaration {
  /** Default 0xff, vendor-specific. */
  readonly bInterfaceClass?: number | undefined;
  readonly bInterfaceSubClass?: number | undefined;
  readonly bInterfaceProtocol?: number | undefined;
  /** String of `iInterface`. */
  readonly name?: VirtualText | undefined;
  /** Descriptors between the interface's and the first endpoint's. */
  readonly extraDescriptors?: readonly Uint8Array[] | undefined;
  /**
   * Descriptors that are no part of the configuration: what GET_DESCRIPTOR to the interface gives, by type, such as a
   * HID report descriptor under 0x22. Those among `extraDescriptors` are found without.
   */
  readonly classDescriptors?: Readonly<Record<number, Uint8Array>> | undefined;
  /** Default none. */
  readonly endpoints?: readonly EndpointDeclaration[] | undefined;
}

/** One interface: its alternate settings, numbered from 0 in this order. */
export interface InterfaceDeclaration {
  /** Default: its position. */
  readonly bInterfaceNumber?: number | undefined;
  /** Name of a driver of the system that holds the interface until it is detached; default none. */
  readonly kernelDriver?: string | undefined;
  /** At least one. */
  readonly alternates: readonly AlternateDeclaration[];
}

/** Interfaces that are one function. Source: USB 3.2 §9.6.4, Table 9-16. */
export interface AssociationDeclaration {
  /** `bInterfaceNumber` of the first one; the descriptor stands before it. */
  readonly bFirstInterface: number;
  /** How many follow each other. */
  readonly bInterfaceCount: number;
  readonly bFunctionClass: number;
  /** Default 0. */
  readonly bFunctionSubClass?: number | undefined;
  /** Default 0. */
  readonly bFunctionProtocol?: number | undefined;
  /** String of `iFunction`. */
  readonly name?: VirtualText | undefined;
}

/** One configuration. */
export interface ConfigurationDeclaration {
  /** 1 to 255; default: its position plus 1. */
  readonly bConfigurationValue?: number | undefined;
  /** String of `iConfiguration`. */
  readonly name?: VirtualText | undefined;
  /** Default 0x80, bus powered; 0x40 self powered, 0x20 remote wakeup. */
  readonly bmAttributes?: number | undefined;
  /** In steps of 2 mA, at SuperSpeed of 8 mA; default 50. */
  readonly bMaxPower?: number | undefined;
  /** Descriptors between the configuration's and the first interface's. */
  readonly extraDescriptors?: readonly Uint8Array[] | undefined;
  /** Interface associations; default none. */
  readonly associations?: readonly AssociationDeclaration[] | undefined;
  /** Interfaces, in the order of the bytes. */
  readonly interfaces: readonly InterfaceDeclaration[];
}
