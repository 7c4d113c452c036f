import { checkInteger, show } from "../usb/check-integer.js";
import { checkBackendOption } from "./check-backend.js";
import type { FindOptions, GetBackendOptions } from "./options.js";

/**
 * Checks what `find` and its kin take.
 *
 * @throws TypeError for an unknown option or a wrong type, RangeError for a number that the field cannot have.
 */
export function checkFindOptions(options: unknown, caller: string): asserts options is FindOptions {
  const given = checkKeys(options, Object.keys(FIND_CHECKS), caller);
  for (const [key, check] of Object.entries(FIND_CHECKS)) {
    if (given[key] !== undefined) check(given[key], `${caller}: ${key}`);
  }
}

/**
 * Checks what `getBackend` takes.
 *
 * @throws TypeError for an unknown option or a wrong type.
 */
export function checkGetBackendOptions(options: unknown): asserts options is GetBackendOptions {
  const given = checkKeys(options, Object.keys(GET_BACKEND_CHECKS), "getBackend");
  for (const [key, check] of Object.entries(GET_BACKEND_CHECKS)) {
    if (given[key] !== undefined) check(given[key], `getBackend: ${key}`);
  }
}

/**
 * Checks that options are an object with known keys.
 *
 * @throws TypeError naming the key that is not known, and those that are.
 */
export function checkKeys(
  options: unknown,
  known: readonly string[],
  caller: string,
): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${caller}: the options must be an object, not ${show(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new TypeError(`${caller}: there is no option "${key}"; there are ${known.join(", ")}`);
  }
  return { ...options };
}

type Check = (value: unknown, name: string) => void;

const byte: Check = (value, name) => void checkInteger(name, value, 0, 0xff);
const word: Check = (value, name) => checkInteger(name, value, 0, 0xffff);
const count: Check = (value, name) => checkInteger(name, value, 0, Number.MAX_SAFE_INTEGER);
const text: Check = (value, name) => check(typeof value === "string", value, name, "a string");
const callback: Check = (value, name) => check(typeof value === "function", value, name, "a function");

const FIND_CHECKS: Readonly<Record<keyof FindOptions, Check>> = {
  idVendor: word,
  idProduct: word,
  serialNumber: text,
  manufacturer: text,
  product: text,
  bus: count,
  address: count,
  portNumbers: (value, name) => {
    check(Array.isArray(value), value, name, "an array of port numbers");
    if (Array.isArray(value)) for (const [index, port] of value.entries()) byte(port, `${name}[${index}]`);
  },
  speed: count,
  bInterfaceClass: byte,
  bInterfaceSubClass: byte,
  bInterfaceProtocol: byte,
  bDeviceClass: byte,
  bDeviceSubClass: byte,
  bDeviceProtocol: byte,
  bcdUSB: word,
  bcdDevice: word,
  bMaxPacketSize0: byte,
  bNumConfigurations: byte,
  iManufacturer: byte,
  iProduct: byte,
  iSerialNumber: byte,
  bLength: byte,
  bDescriptorType: byte,
  customMatch: callback,
  backend: checkBackendOption,
};

const GET_BACKEND_CHECKS: Readonly<Record<keyof GetBackendOptions, Check>> = {
  order: (value, name) => {
    check(Array.isArray(value) && value.length > 0, value, name, "an array with at least one name");
    if (Array.isArray(value)) {
      value.forEach((each, index) => {
        check(typeof each === "string" && each !== "", each, `${name}[${index}]`, "a name");
      });
    }
  },
  from: (value, name) => {
    check(
      (typeof value === "string" && value !== "") || value instanceof URL,
      value,
      name,
      "a path or a file: URL",
    );
  },
  logLevel: (value, name) => checkInteger(name, value, 0, 4),
  onLog: callback,
  backendOptions: (value, name) => {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    check(isObject, value, name, "an object of options by name of backend");
    for (const [key, each] of Object.entries(Object(value))) {
      if (each !== undefined)
        check(typeof each === "object" && each !== null, each, `${name}.${key}`, "an object");
    }
  },
};

function check(sound: boolean, value: unknown, name: string, expected: string): void {
  if (!sound) throw new TypeError(`${name} must be ${expected}, not ${show(value)}`);
}
