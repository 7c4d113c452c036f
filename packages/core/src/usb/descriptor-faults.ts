import type { DescriptorWarning } from "./descriptors.js";

/** Warnings kept of one descriptor set: a device of 64 KiB of nonsense must not fill the memory with remarks. */
const MAX_WARNINGS = 64;

/** Collects the faults of one descriptor set. */
export class DescriptorFaults {
  readonly #source: string;
  readonly #length: number;
  readonly #list: DescriptorWarning[] = [];
  #dropped = 0;

  /** @param length - Bytes of the set; no offset lies behind its last byte. */
  constructor(source: string, length: number) {
    this.#source = source;
    this.#length = length;
  }

  /** Notes one fault. */
  add(code: DescriptorWarning["code"], offset: number, message: string): void {
    if (this.#list.length >= MAX_WARNINGS - 1) {
      this.#dropped += 1;
      if (this.#dropped > 1) return;
    }
    this.#list.push({
      code,
      offset: Math.max(0, Math.min(offset, this.#length - 1)),
      source: this.#source,
      message,
    });
  }

  /** Gives what was noted, in the order of the bytes; the last of too many tells how many there were. */
  toArray(): readonly DescriptorWarning[] {
    const last = this.#list.at(-1);
    if (last === undefined || this.#dropped <= 1) return this.#list;
    const message = `${last.message}; ${this.#dropped - 1} more faults are left out`;
    return [...this.#list.slice(0, -1), { ...last, message }];
  }
}
