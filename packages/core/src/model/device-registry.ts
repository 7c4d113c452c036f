import type { IBackend } from "../contract/backend.js";
import type { BackendDevice, BackendHandle } from "../contract/backend-device.js";
import { Device } from "./device.js";
import { readDescriptors } from "./device-descriptors.js";
import { kResources } from "./internals.js";

/** The objects of one plugged device: the one that every listing gives, and separate ones. */
interface Entry {
  main: WeakRef<Device> | Promise<Device>;
  readonly separate: Set<WeakRef<Device>>;
}

/** By backend, then by key: while plugged, the same device is the same object on every listing. */
const entries = new WeakMap<IBackend, Map<string, Entry>>();

function entriesOf(backend: IBackend): Map<string, Entry> {
  let map = entries.get(backend);
  if (map === undefined) {
    map = new Map();
    entries.set(backend, map);
  }
  return map;
}

/**
 * Gives the device object for what a backend lists, made at the first call.
 *
 * I/O: reads descriptors the first time. Descriptors that cannot be read become `warnings`, never an error.
 */
export async function deviceFor(backend: IBackend, backendDevice: BackendDevice): Promise<Device> {
  const known = entriesOf(backend).get(backendDevice.key);
  // Nothing may be awaited between this look and the entry of a new device: two searches would make two.
  if (known?.main instanceof WeakRef) {
    const device = known.main.deref();
    if (device !== undefined && !device.isGone) return device;
  } else if (known !== undefined) {
    const device = await known.main;
    return device.isGone ? deviceFor(backend, backendDevice) : device;
  }
  return enterDevice(backend, backendDevice, known?.separate);
}

async function enterDevice(
  backend: IBackend,
  backendDevice: BackendDevice,
  separate: Entry["separate"] = new Set(),
): Promise<Device> {
  const map = entriesOf(backend);
  const making = makeDevice(backend, backendDevice);
  const entry: Entry = { main: making, separate };
  map.set(backendDevice.key, entry);
  try {
    const made = await making;
    entry.main = new WeakRef(made);
    return made;
  } catch (error) {
    if (map.get(backendDevice.key) === entry) map.delete(backendDevice.key);
    throw error;
  }
}

/** Gives a device object of its own for a device that may have others. */
export async function separateDeviceFor(backend: IBackend, backendDevice: BackendDevice): Promise<Device> {
  const device = await makeDevice(backend, backendDevice);
  const separate = entriesOf(backend).get(backendDevice.key)?.separate;
  for (const each of separate ?? []) if (each.deref() === undefined) separate?.delete(each);
  separate?.add(new WeakRef(device));
  return device;
}

/** Gives a device object around a handle that is open already. */
export async function deviceFromHandle(backend: IBackend, handle: BackendHandle): Promise<Device> {
  const device = await makeDevice(backend, handle.device, handle);
  return device;
}

/** Marks the devices that a complete enumeration did not show: they are gone for ever. */
export function markAbsent(backend: IBackend, presentKeys: ReadonlySet<string>): void {
  const map = entriesOf(backend);
  for (const [key, entry] of map) {
    if (presentKeys.has(key) || entry.main instanceof Promise) continue;
    map.delete(key);
    for (const each of [entry.main, ...entry.separate]) each.deref()?.[kResources].markGone();
  }
}

async function makeDevice(
  backend: IBackend,
  backendDevice: BackendDevice,
  handle?: BackendHandle,
): Promise<Device> {
  return new Device(backend, backendDevice, await readDescriptors(backend, backendDevice), handle);
}
