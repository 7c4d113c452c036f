import type { ControlSetup } from "@tsusb/core/backend";
import { ByteRing } from "./byte-ring.js";

/** A vendor or class request that the host sent. */
export interface RecordedRequest {
  readonly setup: ControlSetup;
  /** OUT: the bytes of the data stage. IN: empty. */
  readonly data: Uint8Array;
}

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
