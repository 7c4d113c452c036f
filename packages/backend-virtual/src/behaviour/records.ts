import type { ControlSetup } from "@tsusb/core/backend";
import type { VirtualDevice } from "../device.js";
import { ByteRing } from "./byte-ring.js";

/** A vendor or class request that the host sent. */
export interface RecordedRequest {
  readonly setup: ControlSetup;
  /** OUT: the bytes of the data stage. IN: empty. */
  readonly data: Uint8Array;
}

/** Bytes of the latest writes that are kept of an endpoint, if the declaration says nothing. */
const DEFAULT_LIMIT = 0x4_0000;
/** Most entries of a record, whatever their size. */
const MOST_ENTRIES = 1000;
/** Bytes of a data stage that are kept. */
const MOST_DATA = 4096;
const NOTHING = new Uint8Array(0);

/** The latest of what the host sent, as copies; the oldest go when there is too much. */
export class Records {
  readonly #limit: number;
  readonly #writes = new Map<number, ByteRing>();
  #requests: RecordedRequest[] = [];

  /** @param limit - Bytes kept of each endpoint; 0 keeps nothing at all. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get requests(): readonly RecordedRequest[] {
    return [...this.#requests];
  }

  /** Gives what was written to an endpoint, a transfer an entry. */
  writes(endpoint: number): readonly Uint8Array[] {
    return this.#writes.get(endpoint)?.pieces ?? [];
  }

  addWrite(endpoint: number, data: Uint8Array): void {
    if (this.#limit === 0) return;
    let ring = this.#writes.get(endpoint);
    if (ring === undefined) {
      ring = new ByteRing(this.#limit, MOST_ENTRIES);
      this.#writes.set(endpoint, ring);
    }
    ring.add(data);
  }

  addRequest(setup: ControlSetup, data: Uint8Array): void {
    if (this.#limit === 0) return;
    const copy = data.byteLength === 0 ? NOTHING : data.slice(0, MOST_DATA);
    if (this.#requests.length === MOST_ENTRIES) this.#requests.shift();
    this.#requests.push({ setup: { ...setup }, data: copy });
  }

  clear(): void {
    this.#writes.clear();
    this.#requests = [];
  }
}

const records = new WeakMap<VirtualDevice, Records>();

/** Gives the records of a device, which only its bus may add to. */
export function recordsOf(device: VirtualDevice): Records {
  let known = records.get(device);
  if (known === undefined) {
    known = new Records(device.declaration.recordLimit ?? DEFAULT_LIMIT);
    records.set(device, known);
  }
  return known;
}
