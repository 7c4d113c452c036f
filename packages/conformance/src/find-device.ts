import type { BackendDevice, IBackend } from "@tsusb/core/backend";
import type { DeviceUnderTest } from "./device-under-test.js";

/** Longest wait for a device to come back, in milliseconds. */
const LONGEST_WAIT = 10_000;

/** Lists the devices that are the one under test: one, if all is well. */
export async function listDevice(backend: IBackend, wanted: DeviceUnderTest): Promise<BackendDevice[]> {
  const found: BackendDevice[] = [];
  for (const device of await backend.enumerateDevices())
    if ((await hasIds(backend, device, wanted)) && (wanted.isIt?.(device) ?? true)) found.push(device);
  return found;
}

/** Waits until the backend lists the device under test no more. */
export async function waitUntilGone(backend: IBackend, wanted: DeviceUnderTest): Promise<void> {
  const end = performance.now() + LONGEST_WAIT;
  while ((await listDevice(backend, wanted)).length > 0) {
    if (performance.now() > end) throw new Error("the device was unplugged and is listed all the same");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Finds the device under test; waits for it if a case before has replugged it. */
export async function findDevice(backend: IBackend, wanted: DeviceUnderTest): Promise<BackendDevice> {
  const end = performance.now() + LONGEST_WAIT;
  while (performance.now() < end) {
    const [device] = await listDevice(backend, wanted);
    if (device !== undefined) return device;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const ids = [wanted.idVendor, wanted.idProduct].map((id) => id.toString(16).padStart(4, "0")).join(":");
  throw new Error(`the device under test, ${ids}, is not there; plug it in before the suite starts`);
}

async function hasIds(backend: IBackend, device: BackendDevice, wanted: DeviceUnderTest): Promise<boolean> {
  if (device.idVendor !== undefined && device.idProduct !== undefined)
    return device.idVendor === wanted.idVendor && device.idProduct === wanted.idProduct;
  if (backend.supports.descriptors === "onOpen") return false;
  const bytes = await backend.getDeviceDescriptor(device).catch(() => undefined);
  if (bytes === undefined || bytes.byteLength < 12) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return view.getUint16(8, true) === wanted.idVendor && view.getUint16(10, true) === wanted.idProduct;
}
