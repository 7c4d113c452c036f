import type { BackendHandle } from "../contract/backend-device.js";
import { callBackend } from "../contract/call-backend.js";
import type { ActiveConfiguration } from "./active-configuration.js";
import type { DeviceLife } from "./device-life.js";
import type { DriverKeeper } from "./driver-keeper.js";
import { busyHint } from "./hints.js";
import { ignoreFailure } from "./ignore-failure.js";

/** Claims interfaces for one device object, and remembers which it holds. */
export class InterfaceClaims {
  readonly #life: DeviceLife;
  readonly #drivers: DriverKeeper;
  readonly #active: ActiveConfiguration;
  readonly #held = new Set<number>();

  constructor(life: DeviceLife, drivers: DriverKeeper, active: ActiveConfiguration) {
    this.#life = life;
    this.#drivers = drivers;
    this.#active = active;
  }

  has(interfaceNumber: number): boolean {
    return this.#held.has(interfaceNumber);
  }

  /** Every `bInterfaceNumber` that is held. */
  numbers(): readonly number[] {
    return [...this.#held];
  }

  /** Forgets all of them: closing the handle gives them back. */
  forgetAll(): void {
    this.#held.clear();
  }

  /** Claims an interface, unless it is held. */
  async claim(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    if (this.#held.has(interfaceNumber)) return;
    await this.#drivers.makeWay(handle, interfaceNumber);
    try {
      await callBackend(this.#life.backend, "claimInterface", handle, interfaceNumber);
    } catch (error) {
      await ignoreFailure(this.#drivers.giveBack(handle, interfaceNumber));
      throw await this.#life.explain(error, `claim interface ${interfaceNumber}`, async (code) => {
        const { value } = this.#active;
        if (code !== "EBUSY" || value === undefined) return undefined;
        return busyHint(this.#life.backendDevice, value, interfaceNumber);
      });
    }
    this.#held.add(interfaceNumber);
  }

  /** Gives an interface back, and not yet its driver. */
  async release(handle: BackendHandle, interfaceNumber: number): Promise<void> {
    this.#held.delete(interfaceNumber);
    await callBackend(this.#life.backend, "releaseInterface", handle, interfaceNumber);
  }
}
