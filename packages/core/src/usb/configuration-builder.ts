import {
  AUDIO_ENDPOINT_DESCRIPTOR_SIZE,
  DESC_TYPE_BOS,
  DESC_TYPE_CONFIG,
  DESC_TYPE_DEVICE,
  DESC_TYPE_DEVICE_CAPABILITY,
  DESC_TYPE_DEVICE_QUALIFIER,
  DESC_TYPE_ENDPOINT,
  DESC_TYPE_INTERFACE,
  DESC_TYPE_INTERFACE_ASSOCIATION,
  DESC_TYPE_OTHER_SPEED_CONFIGURATION,
  DESC_TYPE_SS_ENDPOINT_COMPANION,
  DESC_TYPE_STRING,
  ENDPOINT_ADDRESS_MASK,
  ENDPOINT_DESCRIPTOR_SIZE,
  ENDPOINT_DIR_MASK,
  INTERFACE_ASSOCIATION_DESCRIPTOR_SIZE,
  INTERFACE_DESCRIPTOR_SIZE,
  MAX_ENDPOINTS,
  SS_ENDPOINT_COMPANION_DESCRIPTOR_SIZE,
} from "./constants.js";
import type { DescriptorFaults } from "./descriptor-faults.js";
import type {
  EndpointDescriptor,
  InterfaceAssociationDescriptor,
  InterfaceDescriptor,
  RawDescriptor,
} from "./descriptors.js";
import { hexByte } from "./hex.js";
import { readCompanion, readEndpoint, readInterface, readInterfaceAssociation } from "./read-descriptors.js";
import type { DescriptorPiece } from "./split-descriptors.js";

/** Types that a device is asked for by themselves and that have no place in a configuration. */
const STRANGERS: ReadonlySet<number> = new Set([
  DESC_TYPE_DEVICE,
  DESC_TYPE_CONFIG,
  DESC_TYPE_STRING,
  DESC_TYPE_DEVICE_QUALIFIER,
  DESC_TYPE_OTHER_SPEED_CONFIGURATION,
  DESC_TYPE_BOS,
  DESC_TYPE_DEVICE_CAPABILITY,
]);

type Draft<T> = { -readonly [K in keyof T]: T[K] };

interface OpenInterface {
  readonly offset: number;
  readonly descriptor: InterfaceDescriptor;
  readonly endpoints: EndpointDescriptor[];
  readonly addresses: Set<number>;
}

/** Puts the descriptors of one configuration, as they come, into the tree that they mean. */
export class ConfigurationBuilder {
  readonly #faults: DescriptorFaults;
  readonly #interfaces: InterfaceDescriptor[] = [];
  readonly #associations: InterfaceAssociationDescriptor[] = [];
  readonly #extraDescriptors: RawDescriptor[] = [];
  readonly #settings = new Set<number>();
  readonly #numbers = new Set<number>();
  /** Where a descriptor goes that has no field of its own. */
  #place = this.#extraDescriptors;
  /** The interface that takes endpoints; none before the first and behind one that could not be read. */
  #interface: OpenInterface | undefined;
  /** The endpoint that takes a companion; none behind one that could not be read. */
  #endpoint: Draft<EndpointDescriptor> | undefined;

  constructor(faults: DescriptorFaults) {
    this.#faults = faults;
  }

  /** Adds the next descriptor. */
  add(piece: DescriptorPiece): void {
    const type = piece.bytes.length < 2 || (piece.bytes[0] ?? 0) < 2 ? undefined : piece.bDescriptorType;
    if (type === DESC_TYPE_INTERFACE) this.#addInterface(piece);
    else if (type === DESC_TYPE_ENDPOINT) this.#addEndpoint(piece);
    else if (type === DESC_TYPE_INTERFACE_ASSOCIATION) this.#addAssociation(piece);
    else if (type === DESC_TYPE_SS_ENDPOINT_COMPANION) this.#addCompanion(piece);
    else {
      if (type !== undefined && STRANGERS.has(type))
        this.#faults.add(
          "wrong-type",
          piece.offset,
          `a descriptor of type ${hexByte(type)} inside a configuration`,
        );
      this.#keep(piece);
    }
  }

  /** Ends the last interface and gives the tree. */
  finish() {
    this.#closeInterface();
    return {
      interfaces: this.#interfaces,
      interfaceAssociations: this.#associations,
      extraDescriptors: this.#extraDescriptors,
      /** Distinct interface numbers. */
      interfaceCount: this.#numbers.size,
    };
  }

  #addInterface(piece: DescriptorPiece): void {
    this.#closeInterface();
    if (!this.#hasSize(piece, "interface", INTERFACE_DESCRIPTOR_SIZE)) {
      this.#keep(piece);
      return;
    }
    const endpoints: EndpointDescriptor[] = [];
    const extraDescriptors: RawDescriptor[] = [];
    const descriptor = readInterface(piece.bytes, endpoints, extraDescriptors);
    const { bInterfaceNumber, bAlternateSetting } = descriptor;
    const setting = (bInterfaceNumber << 8) | bAlternateSetting;
    if (this.#settings.has(setting))
      this.#faults.add(
        "duplicate",
        piece.offset,
        `interface ${bInterfaceNumber} has alternate setting ${bAlternateSetting} twice`,
      );
    this.#settings.add(setting);
    this.#numbers.add(bInterfaceNumber);
    this.#interfaces.push(descriptor);
    this.#interface = { offset: piece.offset, descriptor, endpoints, addresses: new Set() };
    this.#place = extraDescriptors;
  }

  #closeInterface(): void {
    const open = this.#interface;
    this.#interface = undefined;
    this.#endpoint = undefined;
    if (open === undefined) return;
    const { bNumEndpoints, bInterfaceNumber, bAlternateSetting } = open.descriptor;
    if (bNumEndpoints === open.endpoints.length) return;
    this.#faults.add(
      "count-mismatch",
      open.offset + 4,
      `bNumEndpoints of interface ${bInterfaceNumber}, alternate setting ${bAlternateSetting} is ${bNumEndpoints}, ` +
        `but there are ${open.endpoints.length}`,
    );
  }

  #addEndpoint(piece: DescriptorPiece): void {
    this.#endpoint = undefined;
    const { offset, bytes } = piece;
    const address = bytes[2] ?? 0;
    if (this.#interface === undefined) {
      this.#faults.add("orphan", offset, `endpoint ${hexByte(address)} stands outside of an interface`);
      this.#keep(piece);
      return;
    }
    const isAudio = bytes[0] === AUDIO_ENDPOINT_DESCRIPTOR_SIZE;
    const size = isAudio ? AUDIO_ENDPOINT_DESCRIPTOR_SIZE : ENDPOINT_DESCRIPTOR_SIZE;
    // An audio endpoint that is cut off behind the fields that every endpoint has is an endpoint all the same.
    const least = bytes.length < size ? ENDPOINT_DESCRIPTOR_SIZE : size;
    if (!this.#hasSize(piece, "endpoint", least)) {
      this.#keep(piece);
      return;
    }
    const { endpoints, addresses } = this.#interface;
    if (endpoints.length >= MAX_ENDPOINTS) {
      this.#faults.add(
        "count-mismatch",
        offset,
        `endpoint ${hexByte(address)} is one more than ${MAX_ENDPOINTS}`,
      );
      this.#keep(piece);
      return;
    }
    if (addresses.has(address))
      this.#faults.add("duplicate", offset, `endpoint ${hexByte(address)} is there twice`);
    if (
      (address & ENDPOINT_ADDRESS_MASK) === 0 ||
      (address & ~(ENDPOINT_ADDRESS_MASK | ENDPOINT_DIR_MASK)) !== 0
    )
      this.#faults.add("bad-value", offset + 2, `bEndpointAddress is ${hexByte(address)}`);
    addresses.add(address);
    const extraDescriptors: RawDescriptor[] = [];
    this.#endpoint = readEndpoint(bytes, extraDescriptors);
    endpoints.push(this.#endpoint);
    this.#place = extraDescriptors;
  }

  #addCompanion(piece: DescriptorPiece): void {
    if (this.#endpoint === undefined) {
      this.#faults.add("orphan", piece.offset, "a SuperSpeed endpoint companion stands behind no endpoint");
      this.#keep(piece);
      return;
    }
    if (this.#endpoint.ssCompanion !== undefined) {
      const address = hexByte(this.#endpoint.bEndpointAddress);
      this.#faults.add("duplicate", piece.offset, `endpoint ${address} has two SuperSpeed companions`);
      this.#keep(piece);
      return;
    }
    if (!this.#hasSize(piece, "SuperSpeed endpoint companion", SS_ENDPOINT_COMPANION_DESCRIPTOR_SIZE)) {
      this.#keep(piece);
      return;
    }
    this.#endpoint.ssCompanion = readCompanion(piece.bytes);
  }

  #addAssociation(piece: DescriptorPiece): void {
    if (!this.#hasSize(piece, "interface association", INTERFACE_ASSOCIATION_DESCRIPTOR_SIZE)) {
      this.#keep(piece);
      return;
    }
    const association = readInterfaceAssociation(piece.bytes);
    if (association.bInterfaceCount === 0)
      this.#faults.add("bad-value", piece.offset + 3, "bInterfaceCount of an interface association is 0");
    this.#associations.push(association);
  }

  /** Tells whether all fields are there; notes a `bLength` that is none of this type's. */
  #hasSize({ offset, bytes }: DescriptorPiece, what: string, size: number): boolean {
    const bLength = bytes[0] ?? 0;
    // One that the end of the set cuts off has its warning already.
    if (bLength < size || (bLength > size && bytes.length === bLength))
      this.#faults.add(
        bLength < size ? "too-short" : "too-long",
        offset,
        `the ${what} descriptor has bLength ${bLength}, not ${size}`,
      );
    return bytes.length >= size;
  }

  #keep({ bDescriptorType, bytes }: DescriptorPiece): void {
    this.#place.push({ bDescriptorType, bytes });
  }
}
