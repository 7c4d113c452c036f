import { show } from "./usb/check-integer.js";
import { isPromise } from "./usb/is-promise.js";

/** What a descriptor must be. Every field given must be equal; 0 is a value. */
export type DescriptorFilter<T> = {
  readonly [K in keyof T as T[K] extends number | string | boolean | undefined ? K : never]?: T[K];
} & {
  /** Called last, for descriptors that match everything else. */
  readonly customMatch?: (descriptor: T) => boolean;
};

/**
 * Finds the first descriptor that matches, among the configurations of a device, the interfaces of a configuration, the
 * endpoints of an interface or any other iterable. I/O: none.
 *
 * @returns `undefined` if there is none.
 * @throws TypeError if there is nothing to iterate over, or a descriptor has no field of a name that is asked for.
 *
 * @example
 * ```ts
 * import { find, util } from "@tsusb/core";
 * const device = await find({ idVendor: 0x0525 });
 * const configuration = device && util.findDescriptor(device, { bConfigurationValue: 1 });
 * ```
 */
export function findDescriptor<T extends object>(
  descriptors: Iterable<T>,
  filter: DescriptorFilter<NoInfer<T>> = {} as DescriptorFilter<T>,
): T | undefined {
  for (const descriptor of matching(descriptors, filter)) return descriptor;
  return undefined;
}

/** Finds every descriptor that matches. Otherwise as {@link findDescriptor}. */
export function findDescriptors<T extends object>(
  descriptors: Iterable<T>,
  filter: DescriptorFilter<NoInfer<T>> = {} as DescriptorFilter<T>,
): T[] {
  return [...matching(descriptors, filter)];
}

function* matching<T extends object>(descriptors: Iterable<T>, filter: DescriptorFilter<T>): Generator<T> {
  checkArguments(descriptors, filter);
  const { customMatch, ...fields } = filter;
  if (customMatch !== undefined && typeof customMatch !== "function")
    throw new TypeError(`customMatch must be a function, got ${show(customMatch)}`);
  for (const descriptor of descriptors)
    if (hasFields(descriptor, fields) && accepts(customMatch, descriptor)) yield descriptor;
}

function checkArguments(descriptors: unknown, filter: unknown): void {
  if (typeof Object(descriptors)[Symbol.iterator] !== "function") {
    const remedy = isPromise(descriptors) ? "; await it" : "";
    throw new TypeError(
      `descriptors must be a Device, a Configuration, an Interface or another iterable, got ${show(descriptors)}${remedy}`,
    );
  }
  if (typeof filter !== "object" || filter === null)
    throw new TypeError(`filter must be an object of fields, got ${show(filter)}`);
}

function hasFields(descriptor: object, fields: object): boolean {
  // Every name is looked at, so that a wrong one is found even where another field rules the descriptor out.
  const results = Object.entries(fields).map(([name, value]) => {
    if (typeof descriptor !== "object" || descriptor === null || !(name in descriptor))
      throw new TypeError(`${name} is no field of this descriptor (value ${show(value)})`);
    return Reflect.get(descriptor, name) === value;
  });
  return results.every((equal) => equal);
}

function accepts<T>(customMatch: ((descriptor: T) => boolean) | undefined, descriptor: T): boolean {
  if (customMatch === undefined) return true;
  const answer: unknown = customMatch(descriptor);
  // A promise is always true: an async function here would match everything without a word.
  if (isPromise(answer))
    throw new TypeError("customMatch must answer at once, got a promise; reading descriptors needs no await");
  return Boolean(answer);
}
