import type { ConfigurationDeclaration } from "./declaration/configuration.js";

/** The system's drivers that a device's declaration names: each holds its interface until it is detached. */
export class KernelDrivers {
  readonly #names = new Map<number, string>();
  readonly #detached = new Set<number>();

  /** A configuration was selected: the system looks for drivers. */
  bind(configuration: ConfigurationDeclaration | undefined): void {
    this.#names.clear();
    this.#detached.clear();
    for (const [position, { bInterfaceNumber = position, kernelDriver }] of (
      configuration?.interfaces ?? []
    ).entries())
      if (kernelDriver !== undefined) this.#names.set(bInterfaceNumber, kernelDriver);
  }

  /** The name of the driver that holds an interface. */
  holder(interfaceNumber: number): string | undefined {
    return this.#detached.has(interfaceNumber) ? undefined : this.#names.get(interfaceNumber);
  }

  /** The name of any driver that holds an interface. */
  get anyHolder(): string | undefined {
    for (const number of this.#names.keys()) if (!this.#detached.has(number)) return this.#names.get(number);
    return undefined;
  }

  /** @returns Whether there was one. */
  detach(interfaceNumber: number): boolean {
    if (this.holder(interfaceNumber) === undefined) return false;
    this.#detached.add(interfaceNumber);
    return true;
  }

  /** @returns Whether there is one for the interface. */
  attach(interfaceNumber: number): boolean {
    this.#detached.delete(interfaceNumber);
    return this.#names.has(interfaceNumber);
  }
}
