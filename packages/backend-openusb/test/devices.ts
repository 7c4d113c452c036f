import type { OpenUsbBackend, OpenUsbDevice, OpenUsbHandle } from "@tsusb/backend-openusb";
import type { Submission, TransferRequest } from "@tsusb/core/backend";

/** `idProduct` of the test library's devices. */
export const PRODUCTS = { zero: 0x0001, keyboard: 0x0002, isochronous: 0x0003, gaps: 0x0005 } as const;

/** Endpoints of the zero: bulk loopback on interface 0; source, sink and silence on interface 2. */
export const LOOPBACK = { in: 0x81, out: 0x01, interfaceNumber: 0 } as const;
export const SOURCE = 0x84;
export const SILENT = 0x85;
export const ENDLESS_INTERFACE = 2;

/** A request that every device answers. */
export const DESCRIPTOR = {
  type: "control",
  endpoint: 0,
  setup: { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 },
  length: 18,
  timeout: 1000,
} as const satisfies TransferRequest;

/** A vendor request without data. The zero refuses all but 0x60, which it leaves waiting, and 0x5b. */
export const vendor = (bRequest: number, timeout: number) =>
  ({
    type: "control",
    endpoint: 0,
    setup: { bmRequestType: 0x40, bRequest, wValue: 0, wIndex: 0, wLength: 0 },
    data: new Uint8Array(0),
    timeout,
  }) as const satisfies TransferRequest;
export const REFUSED = 0xf7;
export const NEVER_ANSWERED = 0x60;

export async function deviceOf(backend: OpenUsbBackend, name: keyof typeof PRODUCTS): Promise<OpenUsbDevice> {
  const devices = await backend.enumerateDevices();
  const device = devices.find(
    ({ idVendor, idProduct }) => idVendor === 0x1209 && idProduct === PRODUCTS[name],
  );
  if (device === undefined) throw new Error(`the test library lists no ${name}`);
  return device;
}

/** Opens a device, and claims these interfaces of it. */
export async function open(
  backend: OpenUsbBackend,
  name: keyof typeof PRODUCTS,
  ...interfaces: readonly number[]
): Promise<OpenUsbHandle> {
  const handle = await backend.openDevice(await deviceOf(backend, name));
  for (const each of interfaces) await backend.claimInterface(handle, each);
  return handle;
}

/** Reads that nothing answers. */
export const silence = (backend: OpenUsbBackend, handle: OpenUsbHandle, count: number) =>
  Array.from({ length: count }, () =>
    backend.submit(handle, { type: "bulk", endpoint: SILENT, length: 512, timeout: 0 }),
  );

export const statuses = async (submissions: readonly Submission[]) =>
  new Set((await Promise.all(submissions.map(({ done }) => done))).map(({ status }) => status));

/** The error of a promise that must reject. */
export const rejection = (promise: Promise<unknown>): Promise<Record<string, unknown> & Error> =>
  promise.then(
    (value) => {
      throw new Error(`it resolved with ${JSON.stringify(value)}`);
    },
    (error) => error,
  );
