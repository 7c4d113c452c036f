import type { DeviceDeclaration, EndpointDeclaration } from "./declaration.js";
import { configurationsOf } from "./descriptor-set.js";

/**
 * Refuses a declaration that no device could have, so that a slip in a test is named where it was made.
 *
 * @throws RangeError naming the field, its value and what it may be.
 * @throws TypeError for `endpoints` beside `configurations`.
 */
export function checkDeclaration(declaration: DeviceDeclaration): void {
  if (declaration.endpoints !== undefined && declaration.configurations !== undefined)
    throw new TypeError("a device declares either endpoints or configurations, not both");
  within("idVendor", declaration.idVendor, 0, 0xffff);
  within("idProduct", declaration.idProduct, 0, 0xffff);
  const values = new Set<number>();
  for (const [index, { bConfigurationValue = index + 1, interfaces }] of configurationsOf(
    declaration,
  ).entries()) {
    within("bConfigurationValue", bConfigurationValue, 1, 255);
    unique("bConfigurationValue", bConfigurationValue, values);
    const numbers = new Set<number>();
    for (const [position, { bInterfaceNumber = position, alternates }] of interfaces.entries()) {
      within("bInterfaceNumber", bInterfaceNumber, 0, 255);
      unique("bInterfaceNumber", bInterfaceNumber, numbers);
      if (alternates.length === 0)
        throw new RangeError(`interface ${bInterfaceNumber} has no alternate setting; declare at least one`);
      for (const { endpoints = [] } of alternates) checkEndpoints(endpoints);
    }
  }
  const initial = declaration.initialConfiguration;
  if (initial !== undefined && initial !== 0 && !values.has(initial))
    throw new RangeError(`initialConfiguration is ${initial}; it can be 0, ${[...values].join(", ")}`);
}

function checkEndpoints(endpoints: readonly EndpointDeclaration[]): void {
  const addresses = new Set<number>();
  for (const { bEndpointAddress, wMaxPacketSize = 8, type, receive, provide } of endpoints) {
    const name = `endpoint 0x${bEndpointAddress.toString(16).padStart(2, "0")}`;
    if ((bEndpointAddress & 0x70) !== 0 || (bEndpointAddress & 0x0f) === 0 || bEndpointAddress > 0xff)
      throw new RangeError(`bEndpointAddress is ${bEndpointAddress}; it can be 0x01 to 0x0f or 0x81 to 0x8f`);
    unique("bEndpointAddress", bEndpointAddress, addresses);
    within(`wMaxPacketSize of ${name}`, wMaxPacketSize, 1, 1024);
    if (type !== undefined && type !== "bulk" && type !== "interrupt")
      throw new RangeError(`${name} is ${type}; a virtual endpoint can be bulk or interrupt`);
    const isIn = bEndpointAddress >= 0x80;
    if (isIn ? receive !== undefined : provide !== undefined)
      throw new TypeError(
        `${name} is ${isIn ? "IN and has receive" : "OUT and has provide"}; swap the function`,
      );
  }
}

function within(field: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new RangeError(`${field} is ${value}; it can be ${low} to ${high}`);
}

function unique(field: string, value: number, seen: Set<number>): void {
  if (seen.has(value)) throw new RangeError(`${field} ${value} is there twice; each must be its own`);
  seen.add(value);
}
