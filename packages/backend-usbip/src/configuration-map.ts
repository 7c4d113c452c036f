import type { TransferType } from "@tsusb/core/backend";
import type { InterfaceClass } from "./device-block.js";

/** What a server must know of an endpoint. */
export interface EndpointPlace {
  readonly interfaceNumber: number;
  readonly alternateSetting: number;
  readonly type: TransferType;
}

/** What a server must know of a configuration; read from its bytes, of which nothing is trusted. */
export class ConfigurationMap {
  /** `bConfigurationValue`; 0 for what is no configuration. */
  readonly value: number;
  /** Alternate setting 0 of each interface by `bInterfaceNumber`, in the order of the bytes. */
  readonly interfaces = new Map<number, InterfaceClass>();
  /** By `bEndpointAddress`; one that several alternate settings have stands there several times. */
  readonly #endpoints = new Map<number, EndpointPlace[]>();

  constructor(bytes: Uint8Array) {
    this.value = bytes[5] ?? 0;
    let here = { interfaceNumber: 0, alternateSetting: 0 };
    for (const descriptor of descriptorsIn(bytes)) {
      const [, type, first = 0, second = 0] = descriptor;
      if (type === INTERFACE) {
        here = { interfaceNumber: first, alternateSetting: second };
        this.#addInterface(first, second, descriptor);
      } else if (type === ENDPOINT) this.#addEndpoint(first, { ...here, type: TYPES[second & 3] ?? "bulk" });
    }
  }

  /** Finds an endpoint in the alternate settings that are selected; 0 where nothing is said. */
  endpoint(address: number, selected: ReadonlyMap<number, number>): EndpointPlace | undefined {
    const places = this.#endpoints.get(address) ?? [];
    return places.find((each) => each.alternateSetting === (selected.get(each.interfaceNumber) ?? 0));
  }

  #addInterface(interfaceNumber: number, alternateSetting: number, descriptor: Uint8Array): void {
    const [, , , , , bInterfaceClass = 0, bInterfaceSubClass = 0, bInterfaceProtocol = 0] = descriptor;
    if (this.interfaces.has(interfaceNumber) && alternateSetting !== 0) return;
    this.interfaces.set(interfaceNumber, { bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol });
  }

  #addEndpoint(address: number, place: EndpointPlace): void {
    const places = this.#endpoints.get(address);
    if (places === undefined) this.#endpoints.set(address, [place]);
    else places.push(place);
  }
}

// Source: USB 2.0 Table 9-5, and Table 9-13 (bmAttributes bits 1..0).
const INTERFACE = 0x04;
const ENDPOINT = 0x05;
const TYPES = ["control", "isochronous", "bulk", "interrupt"] as const;

/** Walks by `bLength`; ends at what is no descriptor, or does not fit. */
function* descriptorsIn(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let offset = 0; offset + 2 <= bytes.length; ) {
    const length = bytes[offset] ?? 0;
    if (length < 2 || offset + length > bytes.length) return;
    yield bytes.subarray(offset, offset + length);
    offset += length;
  }
}
