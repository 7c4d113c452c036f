import type { BackendDevice, TransferStatus } from "@tsusb/core/backend";

/** Where an endpoint is: what must be selected before it can be used. */
export interface Place {
  /** `bConfigurationValue`. */
  readonly configurationValue: number;
  /** `bInterfaceNumber`. */
  readonly interfaceNumber: number;
  /** `bAlternateSetting`. */
  readonly alternateSetting: number;
}

/** A pair of endpoints that sends back what it receives. Selecting its alternate setting empties it. */
export interface LoopbackPair extends Place {
  /** `bEndpointAddress` of the IN endpoint. */
  readonly in: number;
  /** `bEndpointAddress` of the OUT endpoint. */
  readonly out: number;
  /** `wMaxPacketSize` of both, in bytes. */
  readonly packetSize: number;
  /**
   * Bytes of the device's receive buffer, a multiple of `packetSize`: whole packets come back only when it is full or
   * a short or zero-length packet came, which comes back too. Default: `packetSize`, every packet comes back at once.
   */
  readonly bufferSize?: number;
  /** Bytes that it holds before it takes no more; left out if that is not known. */
  readonly capacity?: number;
}

/**
 * A pair of isochronous endpoints: each packet received comes back as one packet, in order, and packets without bytes
 * come when there is none. Selecting its alternate setting empties it.
 */
export interface IsochronousPair extends Place {
  /** `bEndpointAddress` of the IN endpoint. */
  readonly in: number;
  /** `bEndpointAddress` of the OUT endpoint. */
  readonly out: number;
  /** Most bytes of a packet of both. */
  readonly packetSize: number;
}

/** An isochronous IN endpoint that ends the packets of each transfer in the same known way. */
export interface KnownPackets extends Place {
  /** `bEndpointAddress`. */
  readonly endpoint: number;
  /** Most bytes of a packet. */
  readonly packetSize: number;
  /** How each packet of a transfer of that many ends, in order, and with how many bytes. At least one fails. */
  readonly packets: readonly { readonly status: TransferStatus; readonly length: number }[];
  /** The byte at an offset of a packet; default zeros. */
  readonly pattern?: (offset: number) => number;
}

/** An endpoint that goes on for ever: it always has bytes, or takes all. */
export interface Endless extends Place {
  /** `bEndpointAddress`. */
  readonly endpoint: number;
  /** `wMaxPacketSize` in bytes. */
  readonly packetSize: number;
  /** The byte at an offset of a transfer; default zeros. */
  readonly pattern?: (offset: number) => number;
}

/** An IN endpoint that never answers. */
export interface Silent extends Place {
  /** `bEndpointAddress`. */
  readonly endpoint: number;
  /** `wMaxPacketSize` in bytes. */
  readonly packetSize: number;
}

/** A pair of vendor requests to the device that store bytes and read them back, `wValue` and `wIndex` 0. */
export interface StoreRequests {
  /** `bConfigurationValue` in which the device answers them. */
  readonly configurationValue: number;
  /** `bRequest` of the OUT request. */
  readonly write: number;
  /** `bRequest` of the IN request. */
  readonly read: number;
  /** Most bytes that can be stored; more is refused. */
  readonly size: number;
}

/**
 * What the suite must know of the device on which it runs. What a device does not have is left out, and the cases that
 * need it are counted as "not on this device"; that says nothing about the backend.
 */
export interface DeviceUnderTest {
  readonly idVendor: number;
  readonly idProduct: number;
  /** Tells the device from others with the same ids. */
  readonly isIt?: (device: BackendDevice) => boolean;
  /** Expected bytes of the device descriptor. */
  readonly deviceDescriptor: Uint8Array;
  /** Expected bytes of each configuration, by index. */
  readonly configurationDescriptors: readonly Uint8Array[];
  /** One of the `SPEED_*` constants, if it is known. */
  readonly speed?: number;
  /** Language of the strings. */
  readonly langid: number;
  /** The strings that the device descriptor names. */
  readonly strings: {
    readonly manufacturer: string;
    readonly product: string;
    readonly serialNumber: string;
  };
  readonly store?: StoreRequests;
  readonly bulkLoopback?: LoopbackPair;
  readonly interruptLoopback?: LoopbackPair;
  readonly isochronousLoopback?: IsochronousPair;
  /** An endpoint on which isochronous packets fail. */
  readonly isochronousFaults?: KnownPackets;
  readonly source?: Endless;
  readonly sink?: Endless;
  readonly silent?: Silent;
  readonly silentInterrupt?: Silent;
  /** An interface of a configuration with alternate settings 0 and this one. */
  readonly alternate?: Place;
  /** Two interfaces of one configuration that two handles can hold at once. */
  readonly separateInterfaces?: readonly [Place, Place];
}

/** A part of a device that a case may need. */
export type DevicePart = {
  [Key in keyof DeviceUnderTest]-?: undefined extends DeviceUnderTest[Key] ? Key : never;
}[keyof DeviceUnderTest];

/** Acts on the device from outside, as a hand on its plug does. The suite waits until the backend has seen it. */
export interface DeviceControl {
  /** Pulls the device. */
  readonly unplug: () => Promise<void>;
  /** Plugs it in again. */
  readonly plug: () => Promise<void>;
}

/** The library's own numbers that results must carry. */
export interface ExpectedErrorCodes {
  readonly stall: number;
  readonly timedOut: number;
  readonly overflow: number;
  readonly noDevice: number;
}
