import {
  type ClassTriple,
  DESC_TYPE_CONFIG,
  DESC_TYPE_INTERFACE,
  DESC_TYPE_INTERFACE_ASSOCIATION,
  MAX_TOTAL_LENGTH,
} from "@tsusb/core/backend";
import type {
  AlternateDeclaration,
  AssociationDeclaration,
  ConfigurationDeclaration,
} from "../declaration/configuration.js";
import type { DeviceDeclaration, VirtualSpeed } from "../declaration/declaration.js";
import type { VirtualText } from "../declaration/text.js";
import { flat, word } from "./bytes.js";
import { endpointBytes } from "./endpoint-bytes.js";

/** Gives a string its index. */
export type StringIndex = (text: VirtualText | undefined) => number;

/** Gives the configurations of a device, also of one that names only its endpoints. */
export function configurationsOf(declaration: DeviceDeclaration): readonly ConfigurationDeclaration[] {
  const endpoints = declaration.endpoints ?? (declaration.echo ? ECHO_PAIR : []);
  return declaration.configurations ?? [{ interfaces: [{ alternates: [{ endpoints }] }] }];
}

const ECHO_PAIR = [{ bEndpointAddress: 0x01, echo: true }, { bEndpointAddress: 0x81 }];

/** Gives the class triple of an alternate setting. */
export function classTriple(alternate: AlternateDeclaration): ClassTriple {
  return {
    class: alternate.bInterfaceClass ?? 0xff,
    subClass: alternate.bInterfaceSubClass ?? 0,
    protocol: alternate.bInterfaceProtocol ?? 0,
  };
}

/** Puts the descriptors of a configuration together. */
export function configurationBytes(
  configuration: ConfigurationDeclaration,
  index: number,
  speed: VirtualSpeed,
  stringIndex: StringIndex,
): Uint8Array {
  const name = stringIndex(configuration.name);
  const associations = configuration.associations ?? [];
  const body = flat(configuration.extraDescriptors);
  for (const [position, { bInterfaceNumber = position, alternates }] of configuration.interfaces.entries()) {
    for (const each of associations)
      if (each.bFirstInterface === bInterfaceNumber) body.push(...associationBytes(each, stringIndex));
    for (const [setting, alternate] of alternates.entries()) {
      const { endpoints = [], extraDescriptors } = alternate;
      body.push(9, DESC_TYPE_INTERFACE, bInterfaceNumber, setting, endpoints.length);
      body.push(...Object.values(classTriple(alternate)), stringIndex(alternate.name));
      body.push(
        ...flat(extraDescriptors),
        ...endpoints.flatMap((endpoint) => endpointBytes(endpoint, speed)),
      );
    }
  }
  if (body.length > MAX_TOTAL_LENGTH - 9)
    throw new RangeError(
      `the descriptors of configuration index ${index} have ${9 + body.length} bytes; wTotalLength holds ${MAX_TOTAL_LENGTH}`,
    );
  return Uint8Array.of(
    ...[9, DESC_TYPE_CONFIG, ...word(9 + body.length), configuration.interfaces.length],
    configuration.bConfigurationValue ?? index + 1,
    ...[name, configuration.bmAttributes ?? 0x80, configuration.bMaxPower ?? 50],
    ...body,
  );
}

function associationBytes(association: AssociationDeclaration, stringIndex: StringIndex): number[] {
  const { bFirstInterface, bInterfaceCount, bFunctionClass, name } = association;
  return [
    ...[8, DESC_TYPE_INTERFACE_ASSOCIATION, bFirstInterface, bInterfaceCount, bFunctionClass],
    ...[association.bFunctionSubClass ?? 0, association.bFunctionProtocol ?? 0, stringIndex(name)],
  ];
}
