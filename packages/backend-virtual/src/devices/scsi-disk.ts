/** What a command comes to: its data for the host, the bytes that it wants from it, or its failure. */
export type ScsiOutcome =
  | { readonly kind: "in"; readonly data: Uint8Array }
  | { readonly kind: "out"; readonly length: number; readonly take: (data: Uint8Array) => void }
  | { readonly kind: "none" }
  | { readonly kind: "failed" };

/** Why a command failed: sense key, additional sense code and its qualifier. */
type Sense = readonly [key: number, code: number, qualifier: number];

// Operation codes. Source: SPC-4 Table 1, SBC-3 Table 14.
const TEST_UNIT_READY = 0x00;
const REQUEST_SENSE = 0x03;
const INQUIRY = 0x12;
const MODE_SENSE_6 = 0x1a;
const START_STOP_UNIT = 0x1b;
const PREVENT_ALLOW_MEDIUM_REMOVAL = 0x1e;
const READ_FORMAT_CAPACITIES = 0x23;
const READ_CAPACITY_10 = 0x25;
const READ_10 = 0x28;
const WRITE_10 = 0x2a;
const VERIFY_10 = 0x2f;
const SYNCHRONIZE_CACHE_10 = 0x35;

// Source: SPC-4 Tables 48 and 49.
const NO_SENSE: Sense = [0x00, 0x00, 0x00];
const INVALID_OPERATION: Sense = [0x05, 0x20, 0x00];
const OUT_OF_RANGE: Sense = [0x05, 0x21, 0x00];
const INVALID_FIELD: Sense = [0x05, 0x24, 0x00];
const WRITE_PROTECTED: Sense = [0x07, 0x27, 0x00];

const NONE: ScsiOutcome = { kind: "none" };

/** What makes up a {@link ScsiDisk}. */
export interface ScsiDiskOptions {
  /** The blocks, one behind the other. */
  readonly image: Uint8Array;
  /** Bytes of a block. */
  readonly blockSize: number;
  readonly readOnly: boolean;
  /** Up to 8 characters. */
  readonly vendor: string;
  /** Up to 16 characters. */
  readonly product: string;
}

/** A removable disk in memory that understands the commands of SCSI that systems send to USB storage. */
export class ScsiDisk {
  readonly #options: ScsiDiskOptions;
  #sense: Sense = NO_SENSE;

  constructor(options: ScsiDiskOptions) {
    this.#options = options;
  }

  /** Runs a command. @param cdb - Command descriptor block, 16 bytes of which the command uses its own. */
  execute(cdb: Uint8Array): ScsiOutcome {
    const view = new DataView(cdb.buffer, cdb.byteOffset, cdb.byteLength);
    const operation = view.getUint8(0);
    if (operation === REQUEST_SENSE) return this.#tellSense(view.getUint8(4));
    this.#sense = NO_SENSE;
    switch (operation) {
      case TEST_UNIT_READY:
      case START_STOP_UNIT:
      case PREVENT_ALLOW_MEDIUM_REMOVAL:
      case SYNCHRONIZE_CACHE_10:
      case VERIFY_10:
        return NONE;
      case INQUIRY:
        return this.#inquire(view);
      case MODE_SENSE_6:
        return cut(Uint8Array.of(3, 0, this.#options.readOnly ? 0x80 : 0, 0), view.getUint8(4));
      case READ_FORMAT_CAPACITIES:
        return cut(this.#formatCapacities(), view.getUint16(7));
      case READ_CAPACITY_10:
        return { kind: "in", data: bigEndian(this.#blocks - 1, this.#options.blockSize) };
      case READ_10:
        return this.#move(view, (start, end) => ({
          kind: "in",
          data: this.#options.image.slice(start, end),
        }));
      case WRITE_10:
        if (this.#options.readOnly) return this.#fail(WRITE_PROTECTED);
        return this.#move(view, (start, end) => ({
          kind: "out",
          length: end - start,
          take: (data) => this.#options.image.set(data.subarray(0, end - start), start),
        }));
      default:
        return this.#fail(INVALID_OPERATION);
    }
  }

  get #blocks(): number {
    return Math.floor(this.#options.image.byteLength / this.#options.blockSize);
  }

  /** Source: SBC-3 §5.10: logical block address in bytes 2 to 5, count in bytes 7 to 8. */
  #move(view: DataView, outcome: (start: number, end: number) => ScsiOutcome): ScsiOutcome {
    const [address, count] = [view.getUint32(2), view.getUint16(7)];
    if (address + count > this.#blocks) return this.#fail(OUT_OF_RANGE);
    const { blockSize } = this.#options;
    return count === 0 ? NONE : outcome(address * blockSize, (address + count) * blockSize);
  }

  /** Source: SPC-4 §6.6.2: a removable direct-access device of SPC-2. */
  #inquire(view: DataView): ScsiOutcome {
    // No page of vital product data.
    if (view.getUint8(1) !== 0 || view.getUint8(2) !== 0) return this.#fail(INVALID_FIELD);
    const data = new Uint8Array(36);
    data.set([0x00, 0x80, 0x04, 0x02, data.length - 5]);
    data.set(padded(this.#options.vendor, 8), 8);
    data.set(padded(this.#options.product, 16), 16);
    data.set(padded("1.0", 4), 32);
    return cut(data, view.getUint16(3));
  }

  /** Source: SPC-4 §4.5.3, fixed format; telling it clears it. */
  #tellSense(length: number): ScsiOutcome {
    const [key, code, qualifier] = this.#sense;
    this.#sense = NO_SENSE;
    const data = new Uint8Array(18);
    data.set([0x70, 0, key, 0, 0, 0, 0, data.length - 8, 0, 0, 0, 0, code, qualifier]);
    return cut(data, length);
  }

  /** Source: MMC-6 §6.24.3: one descriptor, a formatted medium. */
  #formatCapacities(): Uint8Array {
    const data = new Uint8Array(12);
    data[3] = 8;
    data.set(bigEndian(this.#blocks, this.#options.blockSize), 4);
    data[8] = 0x02;
    return data;
  }

  #fail(sense: Sense): ScsiOutcome {
    this.#sense = sense;
    return { kind: "failed" };
  }
}

/** A command gives no more than its allocation length. */
function cut(data: Uint8Array, length: number): ScsiOutcome {
  return length === 0 ? NONE : { kind: "in", data: data.subarray(0, length) };
}

function bigEndian(...values: readonly number[]): Uint8Array {
  const data = new Uint8Array(4 * values.length);
  const view = new DataView(data.buffer);
  for (const [index, value] of values.entries()) view.setUint32(4 * index, value);
  return data;
}

function padded(text: string, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => text.charCodeAt(index) || 0x20);
}
