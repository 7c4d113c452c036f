/** Descriptor types and places in them (USB 2.0 §9.4, §9.6.3, §9.6.5, §9.6.6). */
const INTERFACE = 4;
const ENDPOINT = 5;

/** What an endpoint's descriptor tells that a transfer needs. */
export interface EndpointFacts {
  /** `bInterfaceNumber` of its interface; -1 if that is not known. */
  readonly interfaceNumber: number;
  /** Bytes of a packet; 0 if that is not known. */
  readonly packetSize: number;
}

/** Of an endpoint whose descriptor is not to be had, and of the control endpoint, which has none. */
export const UNKNOWN: EndpointFacts = { interfaceNumber: -1, packetSize: 0 };

/** The endpoints that a handle can use: those of its interfaces' selected settings. */
export class Endpoints {
  readonly #interfaces = new Map<number, ReadonlyMap<number, EndpointFacts> | undefined>();

  /** Takes an interface in, or its other setting. `configuration` is `undefined` if the bytes are not to be had. */
  add(configuration: Uint8Array | undefined, interfaceNumber: number, alternateSetting: number): void {
    const found = configuration && endpointsOf(configuration, interfaceNumber, alternateSetting);
    this.#interfaces.set(interfaceNumber, found);
  }

  remove(interfaceNumber: number): void {
    this.#interfaces.delete(interfaceNumber);
  }

  has(interfaceNumber: number): boolean {
    return this.#interfaces.has(interfaceNumber);
  }

  /** The interfaces that are in. */
  get interfaceNumbers(): readonly number[] {
    return [...this.#interfaces.keys()];
  }

  /** `undefined` if no interface that is in has it. */
  find(endpoint: number): EndpointFacts | undefined {
    let isAnyUnknown = false;
    for (const endpoints of this.#interfaces.values()) {
      const facts = endpoints?.get(endpoint);
      if (facts !== undefined) return facts;
      isAnyUnknown ||= endpoints === undefined;
    }
    return isAnyUnknown ? UNKNOWN : undefined;
  }
}

/** Whether a configuration has such a setting. */
export function hasSetting(
  configuration: Uint8Array,
  interfaceNumber: number,
  alternateSetting: number,
): boolean {
  for (const at of descriptorsOf(configuration))
    if (isSetting(configuration, at, interfaceNumber, alternateSetting)) return true;
  return false;
}

function endpointsOf(
  configuration: Uint8Array,
  interfaceNumber: number,
  alternateSetting: number,
): ReadonlyMap<number, EndpointFacts> {
  const endpoints = new Map<number, EndpointFacts>();
  let isInside = false;
  for (const at of descriptorsOf(configuration)) {
    const type = configuration[at + 1];
    if (type === INTERFACE) isInside = isSetting(configuration, at, interfaceNumber, alternateSetting);
    if (!isInside || type !== ENDPOINT) continue;
    const word = (configuration[at + 4] ?? 0) | ((configuration[at + 5] ?? 0) << 8);
    // The bits above are additional transactions (USB 2.0 Table 9-13).
    endpoints.set(configuration[at + 2] ?? 0, { interfaceNumber, packetSize: word & 0x7ff });
  }
  return endpoints;
}

function isSetting(
  configuration: Uint8Array,
  at: number,
  interfaceNumber: number,
  alternateSetting: number,
): boolean {
  return (
    configuration[at + 1] === INTERFACE &&
    configuration[at + 2] === interfaceNumber &&
    configuration[at + 3] === alternateSetting
  );
}

/** Where each descriptor starts. A length that cannot be ends it. */
function* descriptorsOf(configuration: Uint8Array): Generator<number> {
  for (let at = 0; at + 1 < configuration.length; ) {
    yield at;
    const length = configuration[at] ?? 0;
    if (length < 2) return;
    at += length;
  }
}
