import { type ClassTriple, DESC_TYPE_BOS, DESC_TYPE_DEVICE } from "@tsusb/core/backend";
import type { ConfigurationDeclaration } from "../declaration/configuration.js";
import type { DeviceDeclaration, VirtualSpeed } from "../declaration/declaration.js";
import { flat, word } from "./bytes.js";
import { classTriple, configurationBytes, configurationsOf } from "./configuration-bytes.js";
import { asOtherSpeed, atFullSpeed, qualifierBytes } from "./other-speed.js";
import { StringTable } from "./string-table.js";

/** The bytes that a declaration comes to, with the overrides in their places. */
export interface DescriptorSet {
  readonly device: Uint8Array;
  /** By index. */
  readonly configurations: readonly Uint8Array[];
  /** Gives a string descriptor, 0 the table of language ids; `undefined` if there is none. */
  readonly string: (index: number, langid: number) => Uint8Array | undefined;
  readonly langids: readonly number[];
  readonly bos: Uint8Array | undefined;
  /** What the device would be at its other speed; `undefined` unless it runs at high speed. */
  readonly qualifier: Uint8Array | undefined;
  /** Its configurations at the other speed, by index; empty unless it runs at high speed. */
  readonly otherSpeed: readonly Uint8Array[];
  readonly interfaceClasses: readonly ClassTriple[];
}

/** Puts the descriptors of a device together. */
export function buildDescriptors(declaration: DeviceDeclaration): DescriptorSet {
  const { speed = "high", overrides = {} } = declaration;
  const strings = new StringTable(declaration);
  const device = deviceBytes(declaration, speed, strings);
  const configurations = configurationsOf(declaration);
  const indexes: number[] = [];
  const built = configurations.map((each, index) =>
    configurationBytes(each, index, speed, (text) => {
      const stringIndex = strings.indexOf(text);
      indexes.push(stringIndex);
      return stringIndex;
    }),
  );
  const isHigh = speed === "high";
  return {
    device: overrides.device ?? device,
    configurations: withOverrides(built, overrides.configurations),
    string: (index, langid) => overrides.strings?.[index] ?? strings.descriptor(index, langid),
    langids: strings.langids,
    bos: overrides.bos ?? (declaration.capabilities && bosBytes(declaration.capabilities)),
    qualifier: overrides.qualifier ?? (isHigh ? qualifierBytes(device) : undefined),
    otherSpeed: isHigh ? otherSpeedBytes(configurations, indexes) : [],
    interfaceClasses: configurations.flatMap((each) =>
      each.interfaces.flatMap((one) => one.alternates.map(classTriple)),
    ),
  };
}

function deviceBytes(declaration: DeviceDeclaration, speed: VirtualSpeed, strings: StringTable): Uint8Array {
  const isSuper = speed === "super";
  const { manufacturer, product, serialNumber } = declaration;
  return Uint8Array.of(
    ...[18, DESC_TYPE_DEVICE, ...word(declaration.bcdUSB ?? (isSuper ? 0x0300 : 0x0200))],
    ...[declaration.bDeviceClass ?? 0, declaration.bDeviceSubClass ?? 0, declaration.bDeviceProtocol ?? 0],
    declaration.bMaxPacketSize0 ?? (isSuper ? 9 : speed === "low" ? 8 : 64),
    ...[
      ...word(declaration.idVendor),
      ...word(declaration.idProduct),
      ...word(declaration.bcdDevice ?? 0x0100),
    ],
    ...[manufacturer, product, serialNumber].map((text) => strings.indexOf(text)),
    configurationsOf(declaration).length,
  );
}

/** Both speeds share their strings, which are named in the same order. */
function otherSpeedBytes(
  configurations: readonly ConfigurationDeclaration[],
  indexes: readonly number[],
): readonly Uint8Array[] {
  let named = 0;
  return configurations.map((each, index) =>
    asOtherSpeed(configurationBytes(atFullSpeed(each), index, "full", () => indexes[named++] ?? 0)),
  );
}

function bosBytes(capabilities: readonly Uint8Array[]): Uint8Array {
  const body = flat(capabilities);
  return Uint8Array.of(5, DESC_TYPE_BOS, ...word(5 + body.length), capabilities.length, ...body);
}

function withOverrides(
  built: readonly Uint8Array[],
  overrides: readonly (Uint8Array | undefined)[] = [],
): readonly Uint8Array[] {
  const count = Math.max(built.length, overrides.length);
  return Array.from({ length: count }, (_, index) => overrides[index] ?? built[index] ?? NOTHING);
}

const NOTHING = new Uint8Array(0);
