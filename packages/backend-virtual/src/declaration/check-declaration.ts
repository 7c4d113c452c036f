import { configurationsOf } from "../descriptors/configuration-bytes.js";
import { checkConduct } from "./check-conduct.js";
import { checkEndpoints } from "./check-endpoints.js";
import type { AssociationDeclaration } from "./configuration.js";
import type { DeviceDeclaration } from "./declaration.js";
import { bytesOnly, onlyFields, unique, within } from "./limits.js";
import type { VirtualText } from "./text.js";

const SPEEDS: readonly unknown[] = ["low", "full", "high", "super"];

const FIELDS = [
  ...["idVendor", "idProduct", "bcdUSB", "bcdDevice", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol"],
  ...["bMaxPacketSize0", "manufacturer", "product", "serialNumber", "strings", "langids", "speed"],
  ...["configurations", "endpoints", "echo", "initialConfiguration", "capabilities", "control", "standard"],
  ...["onReset", "latency", "faults", "unplugAfter", "recordLimit", "overrides"],
];
const CONFIGURATION_FIELDS = [
  ...[
    "bConfigurationValue",
    "name",
    "bmAttributes",
    "bMaxPower",
    "extraDescriptors",
    "associations",
    "interfaces",
  ],
];
const ALTERNATE_FIELDS = [
  ...["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol", "name", "extraDescriptors"],
  ...["classDescriptors", "endpoints"],
];

/** Most UTF-16 units of a string descriptor. Source: USB 2.0 §9.6.7, `bLength` of 8 bits. */
const LONGEST_TEXT = 126;

/**
 * Refuses a declaration that no device could have, so that a slip in a test is named where it was made. What is wrong
 * on purpose goes into `overrides`.
 *
 * @throws RangeError naming the field, its value and what it may be.
 * @throws TypeError for fields that exclude each other.
 */
export function checkDeclaration(declaration: DeviceDeclaration): void {
  const { speed = "high", initialConfiguration: initial } = declaration;
  onlyFields("a device", declaration, FIELDS);
  const ways = (["endpoints", "configurations", "echo"] as const).filter((field) => declaration[field]);
  if (ways.length > 1) throw new TypeError(`a device declares either ${ways.join(" or ")}, not both`);
  if (!SPEEDS.includes(speed)) throw new RangeError(`speed is ${speed}; it can be ${SPEEDS.join(", ")}`);
  for (const field of ["idVendor", "idProduct"] as const) within(field, declaration[field], 0, 0xffff);
  for (const field of ["bcdUSB", "bcdDevice"] as const) within(field, declaration[field] ?? 0, 0, 0xffff);
  for (const field of ["bDeviceClass", "bDeviceSubClass", "bDeviceProtocol", "bMaxPacketSize0"] as const)
    within(field, declaration[field] ?? 0, 0, 255);
  within("unplugAfter", declaration.unplugAfter ?? 0, 0, Number.MAX_SAFE_INTEGER);
  within("recordLimit", declaration.recordLimit ?? 0, 0, Number.MAX_SAFE_INTEGER);
  bytesOnly("capabilities", declaration.capabilities);
  checkConduct("the device", declaration);
  checkTexts(declaration);
  const values = new Set<number>();
  for (const [index, configuration] of configurationsOf(declaration).entries()) {
    const { bConfigurationValue = index + 1, interfaces, associations = [] } = configuration;
    onlyFields("a configuration", configuration, CONFIGURATION_FIELDS);
    bytesOnly("extraDescriptors of a configuration", configuration.extraDescriptors);
    within("bConfigurationValue", bConfigurationValue, 1, 255);
    unique("bConfigurationValue", bConfigurationValue, values);
    within("bMaxPower", configuration.bMaxPower ?? 0, 0, 255);
    const numbers = new Set<number>();
    for (const [position, { bInterfaceNumber = position, alternates }] of interfaces.entries()) {
      within("bInterfaceNumber", bInterfaceNumber, 0, 255);
      unique("bInterfaceNumber", bInterfaceNumber, numbers);
      if (alternates.length === 0)
        throw new RangeError(`interface ${bInterfaceNumber} has no alternate setting; declare at least one`);
      for (const alternate of alternates) {
        onlyFields(`an alternate setting of interface ${bInterfaceNumber}`, alternate, ALTERNATE_FIELDS);
        bytesOnly(`extraDescriptors of interface ${bInterfaceNumber}`, alternate.extraDescriptors);
        checkEndpoints(alternate.endpoints ?? [], speed);
      }
    }
    for (const association of associations) checkAssociation(association, numbers);
  }
  if (initial !== undefined && initial !== 0 && !values.has(initial))
    throw new RangeError(`initialConfiguration is ${initial}; it can be 0, ${[...values].join(", ")}`);
}

function checkAssociation(association: AssociationDeclaration, numbers: ReadonlySet<number>): void {
  const { bFirstInterface, bInterfaceCount } = association;
  within("bInterfaceCount", bInterfaceCount, 1, 255);
  for (let number = bFirstInterface; number < bFirstInterface + bInterfaceCount; number++)
    if (!numbers.has(number))
      throw new RangeError(
        `an association covers interface ${number}, which there is not; there are ${[...numbers].join(", ")}`,
      );
}

function checkTexts(declaration: DeviceDeclaration): void {
  for (const field of ["manufacturer", "product", "serialNumber"] as const)
    checkText(field, declaration[field]);
  for (const [index, text] of Object.entries(declaration.strings ?? {})) {
    within("the index of a string", Number(index), 1, 255);
    checkText(`string ${index}`, text);
  }
  for (const langid of declaration.langids ?? []) within("a language id", langid, 0, 0xffff);
}

function checkText(field: string, text: VirtualText | undefined): void {
  for (const each of typeof text === "object" ? Object.values(text) : [text ?? ""])
    if (each.length > LONGEST_TEXT)
      throw new RangeError(
        `${field} has ${each.length} UTF-16 units; a string descriptor holds ${LONGEST_TEXT} at most`,
      );
}
