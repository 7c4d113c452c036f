import type { IBackend } from "../contract/backend.js";
import type { BackendDevice } from "../contract/backend-device.js";
import { USBError } from "../errors.js";
import type { Device, DeviceStrings } from "../model/device.js";
import { deviceFor } from "../model/device-registry.js";
import { kRemember } from "../model/internals.js";
import { checkBackend } from "./check-backend.js";
import { checkFindOptions } from "./check-options.js";
import { enumerate } from "./enumerate.js";
import { getBackend } from "./get-backend.js";
import { matchesFields, matchesStrings, mayMatch } from "./match.js";
import { nextTurn } from "./next-turn.js";
import type { DeviceFilter, FindOptions } from "./options.js";

/**
 * Finds the first device that matches.
 *
 * I/O: asks the operating system; opens a candidate only for a string that the system does not keep.
 *
 * @returns `undefined` if there is none.
 * @throws {@link NoBackendError} `ERR_USB_NO_BACKEND` if no backend works here.
 * @throws {@link USBError} if none matched and a candidate could not be asked for a string: that error; `ERR_USB_BACKEND`
 *   naming backend and method if the backend gives no list, or none matched and something in the list is no device.
 * @throws TypeError for an unknown option, naming it, or a wrong type; RangeError for a number out of range.
 */
export async function find(options: FindOptions = {}): Promise<Device | undefined> {
  checkFindOptions(options, "find");
  for await (const device of search(options)) return device;
  return undefined;
}

/** Finds every device that matches. Otherwise as {@link find}. */
export async function findAll(options: FindOptions = {}): Promise<Device[]> {
  checkFindOptions(options, "findAll");
  const found: Device[] = [];
  for await (const device of search(options)) found.push(device);
  return found;
}

/**
 * Finds every device that matches, one at a time; each iteration asks anew. Otherwise as {@link find}, but wrong options
 * throw at once.
 */
export function devices(options: FindOptions = {}): AsyncIterable<Device> {
  checkFindOptions(options, "devices");
  return { [Symbol.asyncIterator]: () => search(options) };
}

/** Devices whose descriptors are read at the same time: enough to hide the waiting, not enough to hold up a bus. */
const AT_ONCE = 8;

async function* search(options: FindOptions): AsyncGenerator<Device, undefined> {
  const { backend: given, ...filter } = options;
  if (given !== undefined) checkBackend(given, "given as an option");
  const backend = given ?? (await getBackend());
  const { listed, fault } = await enumerate(backend);
  const candidates = listed.filter((each) => mayMatch(each, filter));
  let found = false;
  let failure: unknown = fault;
  for await (const outcome of load(backend, candidates)) {
    try {
      if ("error" in outcome) throw outcome.error;
      const { device, listed } = outcome;
      if (!matchesFields(device, listed, filter) || !(await hasStrings(device, filter))) continue;
    } catch (error) {
      // One broken device does not spoil the list; a backend that is closed does.
      if (!USBError.is(error) || error.code === "ERR_USB_CLOSED") throw error;
      // Unplugged meanwhile: it is not on the list any more.
      if (error.code !== "ENODEV") failure ??= error;
      continue;
    }
    if (filter.customMatch && !(await filter.customMatch(outcome.device))) continue;
    found = true;
    yield outcome.device;
  }
  if (!found && failure !== undefined) throw failure;
  return undefined;
}

type Outcome = { readonly device: Device; readonly listed: BackendDevice } | { readonly error: unknown };

/** Gives the device objects in the order of the list, reading ahead. */
async function* load(backend: IBackend, listed: readonly BackendDevice[]): AsyncGenerator<Outcome> {
  const ahead: Promise<Outcome>[] = [];
  // Where nothing waits for I/O, a hundred devices would keep timers and input waiting for ten milliseconds.
  const isLong = listed.length > AT_ONCE;
  let turn = 0;
  for (const each of listed) {
    if (ahead.length >= AT_ONCE) yield* firstOf(ahead);
    if (isLong && turn !== Date.now()) {
      await nextTurn();
      turn = Date.now();
    }
    ahead.push(
      deviceFor(backend, each).then(
        (device) => ({ device, listed: each }),
        (error: unknown) => ({ error }),
      ),
    );
  }
  while (ahead.length > 0) yield* firstOf(ahead);
}

async function* firstOf(ahead: Promise<Outcome>[]): AsyncGenerator<Outcome> {
  const first = await ahead.shift();
  if (first) yield first;
}

async function hasStrings(device: Device, filter: DeviceFilter): Promise<boolean> {
  const known = matchesStrings(device, {}, filter);
  if (known !== "unknown") return known;
  return matchesStrings(device, await askStrings(device), filter) === true;
}

/** Asks with a handle of its own where the device is not open: it must stay as its user left it. */
async function askStrings(device: Device): Promise<DeviceStrings> {
  if (device.isOpen) return device.readStrings();
  const separate = await device.openSeparately();
  try {
    const strings = await separate.readStrings();
    device[kRemember](strings);
    return strings;
  } finally {
    await separate.close();
  }
}
