import type { IBackend } from "../contract/backend.js";
import type { BackendDevice, BackendHandle } from "../contract/backend-device.js";
import { callBackend } from "../contract/call-backend.js";
import { ignoreFailure } from "./ignore-failure.js";

/** Takes the system's drivers off interfaces, and gives back those that it took off itself. */
export class DriverKeeper {
  /** Whether a claim takes the driver off first: `autoDetachKernelDriver`. */
  isWanted = false;

  readonly #backend: IBackend;
  /** Interfaces whose driver core itself took off, where the backend cannot do that by itself. */
  readonly #taken = new Set<number>();

  constructor(backend: IBackend) {
    this.#backend = backend;
  }

  /** Whether it is left to the library, which is told when the device is opened. */
  get isLeftToLibrary(): boolean {
    return this.isWanted && this.#backend.supports.autoDetach;
  }

  /** Makes way for a claim, if that is wanted and the library does not do it. */
  async makeWay(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    if (this.isWanted && !this.#backend.supports.autoDetach) await this.take(handle, interfaceNumber);
  }

  /** Takes the system's driver off, if there is one, and remembers to give it back. */
  async take(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    if (!this.#backend.supports.kernelDriver) return;
    if (!(await callBackend(this.#backend, "isKernelDriverActive", handle, interfaceNumber))) return;
    await callBackend(this.#backend, "detachKernelDriver", handle, interfaceNumber);
    this.#taken.add(interfaceNumber);
  }

  /** Gives one driver back, if it was taken. */
  async giveBack(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    if (this.#taken.delete(interfaceNumber))
      await callBackend(this.#backend, "attachKernelDriver", handle, interfaceNumber);
  }

  /** Gives every driver back whose interface is released already. */
  async giveBackAll(handle: BackendHandle): Promise<void> {
    for (const number of this.forgetAll())
      await ignoreFailure(callBackend(this.#backend, "attachKernelDriver", handle, number));
  }

  /** Forgets what was taken, and tells it. */
  forgetAll(): readonly number[] {
    const numbers = [...this.#taken];
    this.#taken.clear();
    return numbers;
  }

  /** Releases interfaces and gives their drivers back, through the handle that claimed them. */
  async releaseAndGiveBack(handle: BackendHandle, interfaceNumbers: readonly number[]): Promise<void> {
    for (const number of interfaceNumbers) {
      await ignoreFailure(callBackend(this.#backend, "releaseInterface", handle, number));
      await ignoreFailure(callBackend(this.#backend, "attachKernelDriver", handle, number));
    }
  }

  /** Gives drivers back once the handle is closed that claimed their interfaces. */
  async giveBackAfterwards(device: BackendDevice, interfaceNumbers: readonly number[]): Promise<void> {
    const handle = await callBackend(this.#backend, "openDevice", device);
    try {
      for (const number of interfaceNumbers)
        await ignoreFailure(callBackend(this.#backend, "attachKernelDriver", handle, number));
    } finally {
      await callBackend(this.#backend, "closeDevice", handle);
    }
  }
}
