import { configurationsOf } from "../descriptors/configuration-bytes.js";
import { checkConduct } from "./check-conduct.js";
import { checkConfiguration } from "./check-configuration.js";
import { checkControl } from "./check-control.js";
import { checkText } from "./check-text.js";
import type { DescriptorOverrides, DeviceDeclaration } from "./declaration.js";
import { bytesOnly, onlyFields, unique, within } from "./limits.js";

const SPEEDS: readonly unknown[] = ["low", "full", "high", "super"];
const FIELDS = [
  ...["idVendor", "idProduct", "bcdUSB", "bcdDevice", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol"],
  ...["bMaxPacketSize0", "manufacturer", "product", "serialNumber", "strings", "langids", "speed"],
  ...["configurations", "endpoints", "echo", "initialConfiguration", "capabilities", "control", "standard"],
  ...["onReset", "latency", "faults", "unplugAfter", "recordLimit", "overrides"],
];
const OVERRIDE_FIELDS = ["device", "configurations", "strings", "bos", "qualifier"];

/**
 * Refuses a declaration that no device could have, so that a slip in a test is named where it was made. What is wrong
 * on purpose goes into `overrides`.
 *
 * @throws RangeError naming the field, its value and what it may be.
 * @throws TypeError for fields that exclude each other, and for a field that there is not.
 */
export function checkDeclaration(declaration: DeviceDeclaration): void {
  const { speed = "high", control, overrides } = declaration;
  onlyFields("a device", declaration, FIELDS);
  const ways = (["endpoints", "configurations", "echo"] as const).filter((field) => declaration[field]);
  if (ways.length > 1) throw new TypeError(`a device declares either ${ways.join(" or ")}, not both`);
  if (!SPEEDS.includes(speed)) throw new RangeError(`speed is ${speed}; it can be ${SPEEDS.join(", ")}`);
  checkNumbers(declaration);
  checkStrings(declaration);
  bytesOnly("capabilities", declaration.capabilities);
  checkConduct("the device", declaration);
  if (typeof control === "object") checkControl(control);
  if (overrides !== undefined) checkOverrides(overrides);
  const values = new Set<number>();
  for (const [index, configuration] of configurationsOf(declaration).entries()) {
    const { bConfigurationValue = index + 1 } = configuration;
    within("bConfigurationValue", bConfigurationValue, 1, 255);
    unique("bConfigurationValue", bConfigurationValue, values);
    checkConfiguration(configuration, speed);
  }
  const { initialConfiguration: initial = 0 } = declaration;
  if (initial !== 0 && !values.has(initial))
    throw new RangeError(`initialConfiguration is ${initial}; it can be ${[0, ...values].join(", ")}`);
}

function checkNumbers(declaration: DeviceDeclaration): void {
  for (const field of ["idVendor", "idProduct"] as const) within(field, declaration[field], 0, 0xffff);
  for (const field of ["bcdUSB", "bcdDevice"] as const) within(field, declaration[field] ?? 0, 0, 0xffff);
  for (const field of ["bDeviceClass", "bDeviceSubClass", "bDeviceProtocol", "bMaxPacketSize0"] as const)
    within(field, declaration[field] ?? 0, 0, 255);
  for (const field of ["unplugAfter", "recordLimit"] as const)
    within(field, declaration[field] ?? 0, 0, Number.MAX_SAFE_INTEGER);
}

function checkStrings(declaration: DeviceDeclaration): void {
  for (const field of ["manufacturer", "product", "serialNumber"] as const)
    checkText(field, declaration[field]);
  for (const [index, text] of Object.entries(declaration.strings ?? {})) {
    within("the index of a string", Number(index), 1, 255);
    checkText(`string ${index}`, text);
  }
  for (const langid of declaration.langids ?? []) within("a language id", langid, 0, 0xffff);
}

function checkOverrides(overrides: DescriptorOverrides): void {
  onlyFields("overrides", overrides, OVERRIDE_FIELDS);
  const { device, configurations = [], strings = {}, bos, qualifier } = overrides;
  const given = [device, ...configurations, ...Object.values(strings), bos, qualifier];
  bytesOnly(
    "overrides",
    given.filter((each) => each !== undefined),
  );
}
