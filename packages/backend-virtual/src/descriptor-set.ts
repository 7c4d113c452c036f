import type { ClassTriple, TransferType } from "@tsusb/core/backend";
import type {
  AlternateDeclaration,
  ConfigurationDeclaration,
  DeviceDeclaration,
  EndpointDeclaration,
  VirtualSpeed,
} from "./declaration.js";

/** The bytes that a declaration comes to. */
export interface DescriptorSet {
  readonly device: Uint8Array;
  /** By index. */
  readonly configurations: readonly Uint8Array[];
  /** By string index; the first place is that of the language ids and empty. */
  readonly strings: readonly string[];
  readonly langids: readonly number[];
  readonly bos: Uint8Array | undefined;
  readonly interfaceClasses: readonly ClassTriple[];
}

// Descriptor types. Source: USB 2.0 §9.4, Table 9-5; USB 3.2 §9.4, Table 9-6.
const DEVICE = 1;
const CONFIGURATION = 2;
const INTERFACE = 4;
const ENDPOINT = 5;
const BOS = 15;
const SS_ENDPOINT_COMPANION = 48;

/** Bits 1..0 of `bmAttributes`. Source: USB 2.0 §9.6.6. */
const TYPE_BITS: Readonly<Record<TransferType, number>> = {
  control: 0,
  isochronous: 1,
  bulk: 2,
  interrupt: 3,
};

/** Largest bulk packet. Source: USB 2.0 §5.8.3, USB 3.2 §8.12.1; low speed has no bulk. */
const BULK_PACKET: Readonly<Record<VirtualSpeed, number>> = { low: 8, full: 64, high: 512, super: 1024 };

/** Gives the configurations of a device, also of one that names only its endpoints. */
export function configurationsOf(declaration: DeviceDeclaration): readonly ConfigurationDeclaration[] {
  return (
    declaration.configurations ?? [
      { interfaces: [{ alternates: [{ endpoints: declaration.endpoints ?? [] }] }] },
    ]
  );
}

/** Gives the bytes of one packet of an endpoint. */
export function packetSizeOf(endpoint: EndpointDeclaration, speed: VirtualSpeed): number {
  const largest = BULK_PACKET[speed];
  return endpoint.wMaxPacketSize ?? (endpoint.type === "interrupt" ? Math.min(64, largest) : largest);
}

/** Puts the descriptors of a device together. */
export function buildDescriptors(declaration: DeviceDeclaration): DescriptorSet {
  const speed = declaration.speed ?? "high";
  const strings: string[] = [""];
  const stringIndex = (text: string | undefined) => (text === undefined ? 0 : strings.push(text) - 1);
  const named = [declaration.manufacturer, declaration.product, declaration.serialNumber].map(stringIndex);
  const configurations = configurationsOf(declaration);
  const device = Uint8Array.of(
    18,
    DEVICE,
    ...word(declaration.bcdUSB ?? (speed === "super" ? 0x0300 : 0x0200)),
    declaration.bDeviceClass ?? 0,
    declaration.bDeviceSubClass ?? 0,
    declaration.bDeviceProtocol ?? 0,
    declaration.bMaxPacketSize0 ?? (speed === "super" ? 9 : speed === "low" ? 8 : 64),
    ...word(declaration.idVendor),
    ...word(declaration.idProduct),
    ...word(declaration.bcdDevice ?? 0x0100),
    ...named,
    configurations.length,
  );
  return {
    device,
    configurations: configurations.map((each, index) => configurationBytes(each, index, speed, stringIndex)),
    strings,
    langids: declaration.langids ?? [0x0409],
    bos: declaration.capabilities && bosBytes(declaration.capabilities),
    interfaceClasses: configurations.flatMap((each) =>
      each.interfaces.flatMap((one) => one.alternates.map(classTriple)),
    ),
  };
}

type StringIndex = (text: string | undefined) => number;

function configurationBytes(
  configuration: ConfigurationDeclaration,
  index: number,
  speed: VirtualSpeed,
  stringIndex: StringIndex,
): Uint8Array {
  const name = stringIndex(configuration.name);
  const body = [
    ...flat(configuration.extraDescriptors),
    ...configuration.interfaces.flatMap(({ bInterfaceNumber, alternates }, position) =>
      alternates.flatMap((alternate, setting) => [
        ...[9, INTERFACE, bInterfaceNumber ?? position, setting, alternate.endpoints?.length ?? 0],
        ...Object.values(classTriple(alternate)),
        stringIndex(alternate.name),
        ...flat(alternate.extraDescriptors),
        ...(alternate.endpoints ?? []).flatMap((endpoint) => endpointBytes(endpoint, speed)),
      ]),
    ),
  ];
  return Uint8Array.of(
    9,
    CONFIGURATION,
    ...word(9 + body.length),
    configuration.interfaces.length,
    configuration.bConfigurationValue ?? index + 1,
    name,
    configuration.bmAttributes ?? 0x80,
    configuration.bMaxPower ?? 50,
    ...body,
  );
}

function endpointBytes(endpoint: EndpointDeclaration, speed: VirtualSpeed): number[] {
  const type = endpoint.type ?? "bulk";
  const packet = packetSizeOf(endpoint, speed);
  const extra = flat(endpoint.extraDescriptors);
  const periodicBytes = type === "bulk" ? 0 : packet;
  const companion = [6, SS_ENDPOINT_COMPANION, 0, 0, ...word(periodicBytes)];
  return [
    ...[7, ENDPOINT, endpoint.bEndpointAddress, TYPE_BITS[type], ...word(packet)],
    endpoint.bInterval ?? (type === "bulk" ? 0 : 1),
    ...(speed === "super" && extra[1] !== SS_ENDPOINT_COMPANION ? companion : []),
    ...extra,
  ];
}

function bosBytes(capabilities: readonly Uint8Array[]): Uint8Array {
  const body = flat(capabilities);
  return Uint8Array.of(5, BOS, ...word(5 + body.length), capabilities.length, ...body);
}

function classTriple(alternate: AlternateDeclaration): ClassTriple {
  return {
    class: alternate.bInterfaceClass ?? 0xff,
    subClass: alternate.bInterfaceSubClass ?? 0,
    protocol: alternate.bInterfaceProtocol ?? 0,
  };
}

const word = (value: number): [number, number] => [value & 0xff, value >> 8];
const flat = (parts: readonly Uint8Array[] = []): number[] => parts.flatMap((part) => [...part]);
