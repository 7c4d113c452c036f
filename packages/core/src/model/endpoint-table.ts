import { hexByte } from "../usb/hex.js";
import type { Configuration } from "./configuration.js";
import type { Endpoint } from "./endpoint.js";
import type { EndpointState } from "./endpoint-state.js";
import type { Interface } from "./interface.js";
import { list } from "./list.js";

/** Why an endpoint cannot be used, and what to do instead. */
export interface NoEndpoint {
  readonly message: string;
  readonly hint: string | undefined;
}

/** Which alternate settings are selected, and the endpoints of those that were used. */
export class EndpointTable {
  /** The control endpoint, which needs no interface and is never deselected. */
  readonly control: EndpointState = {
    address: 0,
    type: "control",
    endpoint: undefined,
    interfaceNumber: -1,
    pending: 0,
    streaming: false,
  };
  readonly #selected = new Map<number, number>();
  readonly #states = new Map<number, EndpointState>();

  /** The endpoint, if it was used since its alternate setting was selected. */
  get(address: number): EndpointState | undefined {
    return this.#states.get(address);
  }

  /** As {@link get}, if that is the very endpoint that is meant, in the direction that is asked for. */
  known(target: Endpoint | number, direction: "in" | "out" | undefined): EndpointState | undefined {
    const address = addressOf(target);
    const state = this.#states.get(address);
    // Bit 7 of the address is the direction: reading from 0x01 must not find the OUT endpoint.
    const fits = direction === undefined || (direction === "in") === address >= 0x80;
    return fits && state?.endpoint !== undefined && isMeant(target, state.endpoint) ? state : undefined;
  }

  /** Keeps an endpoint whose interface is claimed, so that {@link get} finds it. */
  keep(state: EndpointState): void {
    this.#states.set(state.address, state);
  }

  /** Names the affected endpoints that a transfer or stream is pending on, the control endpoint too. */
  pending(affected: (state: EndpointState) => boolean): readonly string[] {
    return [this.control, ...this.#states.values()]
      .filter((state) => (state.pending > 0 || state.streaming) && affected(state))
      .map(({ address, streaming, pending }) => `${hexByte(address)} (${streaming ? "a stream" : pending})`);
  }

  /** Every interface whose selected alternate setting is not 0, and that setting. */
  alternates(): readonly (readonly [interfaceNumber: number, alternateSetting: number])[] {
    return [...this.#selected].filter(([, alternateSetting]) => alternateSetting !== 0);
  }

  select(interfaceNumber: number, alternateSetting: number): void {
    this.#forgetStates(interfaceNumber);
    this.#selected.set(interfaceNumber, alternateSetting);
  }

  /** Forgets an interface that was given back: the system then selects alternate setting 0. */
  deselect(interfaceNumber: number): void {
    this.#forgetStates(interfaceNumber);
    this.#selected.delete(interfaceNumber);
  }

  clear(): void {
    this.#selected.clear();
    this.#states.clear();
  }

  clearStates(): void {
    this.#states.clear();
  }

  /** Looks an endpoint up among the selected alternate settings. */
  find(
    active: Configuration,
    target: Endpoint | number,
    direction: "in" | "out" | undefined,
  ): EndpointState | NoEndpoint {
    const address = addressOf(target);
    const selected = active.interfaces.filter((each) => this.#isSelected(active, each));
    for (const each of selected) {
      const endpoint = each.endpoints.find((candidate) => isMeant(target, candidate));
      if (endpoint !== undefined && (direction === undefined || endpoint.direction === direction)) {
        const { bInterfaceNumber: interfaceNumber } = each;
        return { address, type: endpoint.type, endpoint, interfaceNumber, pending: 0, streaming: false };
      }
    }
    return noEndpoint(active, selected, target, direction);
  }

  #isSelected(active: Configuration, candidate: Interface): boolean {
    const number = candidate.bInterfaceNumber;
    const selected =
      this.#selected.get(number) ??
      active.getInterface(number, 0)?.bAlternateSetting ??
      active.interfaces.find((each) => each.bInterfaceNumber === number)?.bAlternateSetting;
    return candidate.bAlternateSetting === selected;
  }

  #forgetStates(interfaceNumber: number): void {
    for (const [address, state] of this.#states) {
      if (state.interfaceNumber === interfaceNumber) this.#states.delete(address);
    }
  }
}

/** The `bEndpointAddress` of what a caller gave. */
export function addressOf(target: Endpoint | number): number {
  return typeof target === "number" ? target : target.bEndpointAddress;
}

/**
 * Whether an endpoint is the one that a caller gave, by its address or as an object. An object is of one alternate
 * setting, another one may use its address; it may come from another object for the same device.
 */
export function isMeant(target: Endpoint | number, endpoint: Endpoint): boolean {
  if (typeof target === "number") return endpoint.bEndpointAddress === target;
  return target === endpoint || placeOf(target) === placeOf(endpoint);
}

function placeOf({ interface: owner, bEndpointAddress }: Endpoint): string {
  const { configuration, bInterfaceNumber, bAlternateSetting } = owner;
  return [configuration.bConfigurationValue, bInterfaceNumber, bAlternateSetting, bEndpointAddress].join();
}

function noEndpoint(
  active: Configuration,
  selected: readonly Interface[],
  target: Endpoint | number,
  direction: "in" | "out" | undefined,
): NoEndpoint {
  const there = selected.flatMap((each) =>
    each.endpoints.map(
      (endpoint) =>
        `${hexByte(endpoint.bEndpointAddress)} (${endpoint.type} ${endpoint.direction.toUpperCase()}, interface ${each.bInterfaceNumber})`,
    ),
  );
  const way = direction === undefined ? "" : `${direction.toUpperCase()} `;
  return {
    message: `no ${way}endpoint ${nameOf(target)} in the selected alternate settings; there are ${list(there)}`,
    hint: endpointHint(active, selected, target, direction),
  };
}

function nameOf(target: Endpoint | number): string {
  if (typeof target === "number") return hexByte(target);
  const { bInterfaceNumber, bAlternateSetting } = target.interface;
  return `${hexByte(target.bEndpointAddress)} of interface ${bInterfaceNumber}, alternate setting ${bAlternateSetting}`;
}

function endpointHint(
  active: Configuration,
  selected: readonly Interface[],
  target: Endpoint | number,
  direction: "in" | "out" | undefined,
): string | undefined {
  const address = addressOf(target);
  const owner = active.interfaces.find((each) => each.endpoints.some((one) => isMeant(target, one)));
  if (owner === undefined) {
    if (typeof target === "number") return undefined;
    return `it is of another configuration: setConfiguration(${target.interface.configuration.bConfigurationValue})`;
  }
  if (direction !== undefined && selected.includes(owner)) {
    return `${hexByte(address)} is the other direction; ${direction === "in" ? "write to" : "read from"} it`;
  }
  return `select the alternate setting that has it: setInterfaceAltsetting(${owner.bInterfaceNumber}, ${owner.bAlternateSetting})`;
}
