import {
  type BackendDevice,
  type BackendHandle,
  type IBackend,
  type TransferRequest,
  type TransferResult,
  USBError,
} from "@tsusb/core/backend";
import { expect } from "vitest";
import type {
  DeviceControl,
  DevicePart,
  DeviceUnderTest,
  ExpectedErrorCodes,
  Place,
} from "./device-under-test.js";

/** What a case is given, and the short words it is written in. What it opens is closed after it. */
export class CaseContext {
  readonly backend: IBackend;
  readonly device: BackendDevice;
  readonly deviceUnderTest: DeviceUnderTest;
  readonly errorCodes: ExpectedErrorCodes | undefined;
  /** Gives the backend again, as the setup does. */
  readonly create: () => Promise<IBackend>;
  /** Whether this lane is slow, so that repetitions are few. */
  readonly isSlow: boolean;
  readonly #control: DeviceControl | undefined;
  readonly #handles: BackendHandle[] = [];

  constructor(
    backend: IBackend,
    device: BackendDevice,
    setup: {
      readonly create: () => Promise<IBackend>;
      readonly device: DeviceUnderTest;
      readonly control?: DeviceControl | undefined;
      readonly errorCodes?: ExpectedErrorCodes | undefined;
      readonly slow?: boolean | undefined;
    },
  ) {
    this.backend = backend;
    this.device = device;
    this.deviceUnderTest = setup.device;
    this.errorCodes = setup.errorCodes;
    this.create = setup.create;
    this.isSlow = setup.slow ?? false;
    this.#control = setup.control;
  }

  /** A part of the device; the case names it in its `needs`. */
  part<K extends DevicePart>(name: K): NonNullable<DeviceUnderTest[K]> {
    const part = this.deviceUnderTest[name];
    if (part === undefined) throw new Error(`the case uses ${name} and does not name it in its needs`);
    return part;
  }

  /** The hand on the plug; the case names it in its `needs`. */
  get control(): DeviceControl {
    if (this.#control === undefined)
      throw new Error("the case uses control and does not name it in its needs");
    return this.#control;
  }

  /** Opens the device. */
  readonly open = async (device: BackendDevice = this.device): Promise<BackendHandle> => {
    const handle = await this.backend.openDevice(device);
    this.#handles.push(handle);
    return handle;
  };

  /** Opens the device with a configuration selected. */
  readonly configure = async (configurationValue: number): Promise<BackendHandle> => {
    const handle = await this.open();
    if ((await this.backend.getConfiguration(handle)) !== configurationValue)
      await this.backend.setConfiguration(handle, configurationValue);
    return handle;
  };

  /** Opens the device with everything selected and claimed that a place needs; its endpoints start empty. */
  readonly use = async (place: Place): Promise<BackendHandle> => {
    const handle = await this.configure(place.configurationValue);
    await this.claim(handle, place);
    return handle;
  };

  /** Claims a place's interface on a handle and selects its alternate setting. */
  readonly claim = async (handle: BackendHandle, place: Place): Promise<void> => {
    await this.backend.claimInterface(handle, place.interfaceNumber);
    await this.backend.setInterfaceAltsetting(handle, place.interfaceNumber, place.alternateSetting);
  };

  /** One transfer. */
  readonly transfer = (handle: BackendHandle, request: TransferRequest): Promise<TransferResult> =>
    this.backend.submit(handle, request).done;

  /** One control transfer IN. */
  readonly controlIn = (
    handle: BackendHandle,
    bmRequestType: number,
    bRequest: number,
    wValue: number,
    wIndex: number,
    wLength: number,
  ): Promise<TransferResult> => {
    const setup = { bmRequestType, bRequest, wValue, wIndex, wLength };
    return this.transfer(handle, { type: "control", endpoint: 0, setup, length: wLength, timeout: PATIENCE });
  };

  /** One control transfer OUT. */
  readonly controlOut = (
    handle: BackendHandle,
    bmRequestType: number,
    bRequest: number,
    wValue: number,
    wIndex: number,
    data: Uint8Array = new Uint8Array(0),
  ): Promise<TransferResult> => {
    const setup = { bmRequestType, bRequest, wValue, wIndex, wLength: data.byteLength };
    return this.transfer(handle, { type: "control", endpoint: 0, setup, data, timeout: PATIENCE });
  };

  /** Checks the library's own number, where there is a library. */
  readonly expectErrorCode = (result: TransferResult, kind: keyof ExpectedErrorCodes): void => {
    expect(result.backendErrorCode).toBe(this.errorCodes?.[kind]);
  };

  /** Closes what the case opened. */
  async tidy(): Promise<void> {
    const closed = this.#handles.splice(0).map((handle) => this.backend.closeDevice(handle));
    // Each is closed before the first failure is told, so that what one case breaks does not break the next.
    for (const end of await Promise.allSettled(closed)) if (end.status === "rejected") throw end.reason;
  }
}

/** Milliseconds that a transfer may take which is answered at once; generous, for slow lanes. */
export const PATIENCE = 10_000;

/** Expects a rejection with a `USBError` of this code. */
export async function expectCode(promise: Promise<unknown>, code: string): Promise<void> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  expect(outcome).not.toHaveProperty("value");
  const error = "error" in outcome ? outcome.error : undefined;
  expect(USBError.is(error), `a USBError instead of ${String(error)}`).toBe(true);
  expect((error as USBError).code, String(error)).toBe(code);
}

/** Whether a promise has settled after a turn of the event loop. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = {};
  const turn = new Promise((resolve) => setTimeout(resolve, 20, pending));
  return (await Promise.race([promise.catch(() => undefined), turn])) !== pending;
}

/** Bytes that no accident reproduces: each depends on its place and on the seed. */
export function testBytes(length: number, seed = length): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** Compares bytes without a line for each of them. */
export function expectBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  expect(actual?.byteLength).toBe(expected.byteLength);
  const difference = expected.findIndex((byte, index) => byte !== actual?.[index]);
  expect(difference, "offset of the first byte that differs").toBe(-1);
}
