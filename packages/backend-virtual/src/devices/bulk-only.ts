import type { VirtualDevice } from "../device.js";
import type { ScsiDisk, ScsiOutcome } from "./scsi-disk.js";

// Source for all of this file: USB Mass Storage Class, Bulk-Only Transport 1.0, §5 and §6.
const COMMAND_SIGNATURE = 0x4342_5355;
const STATUS_SIGNATURE = 0x5342_5355;
const COMMAND_SIZE = 31;
const STATUS_SIZE = 13;
const PASSED = 0;
const FAILED = 1;
const PHASE_ERROR = 2;

/** A command block wrapper that is valid and meaningful. */
interface Command {
  readonly tag: number;
  /** Bytes that the host expects to move. */
  readonly length: number;
  readonly isIn: boolean;
  readonly block: Uint8Array;
}

/** The data that a command waits for. */
interface Awaited {
  readonly command: Command;
  readonly data: Uint8Array;
  filled: number;
  readonly finish: (data: Uint8Array) => void;
}

/** The bulk-only transport: command, data if any, status; what the host and the command disagree on is settled as §6.7 says. */
export class BulkOnly {
  readonly #disk: ScsiDisk;
  readonly #in: number;
  readonly #out: number;
  #awaited: Awaited | undefined;
  /** After a wrapper that is none, nothing goes on before a reset (§6.6.1). */
  #isBroken = false;

  constructor(disk: ScsiDisk, endpoints: { readonly in: number; readonly out: number }) {
    this.#disk = disk;
    this.#in = endpoints.in;
    this.#out = endpoints.out;
  }

  /** Makes it ready for the next command; halts stay until the host clears them (§3.1). */
  reset(device: VirtualDevice): void {
    this.#isBroken = false;
    this.#awaited = undefined;
    if (device.configurationValue !== 0) device.flush(this.#in);
  }

  /** Takes what came on the OUT endpoint. */
  receive(data: Uint8Array, device: VirtualDevice): number {
    if (this.#isBroken) {
      device.halt(this.#out);
      return 0;
    }
    if (this.#awaited !== undefined) return this.#takeData(this.#awaited, data, device);
    const command = parseCommand(data);
    if (command === undefined) {
      this.#isBroken = true;
      device.flush(this.#in);
      device.halt(this.#in);
      return data.byteLength;
    }
    this.#run(command, device);
    return data.byteLength;
  }

  /** Says what the IN endpoint has when nothing is queued. */
  provide(): "stall" | undefined {
    return this.#isBroken ? "stall" : undefined;
  }

  #run(command: Command, device: VirtualDevice): void {
    const outcome = this.#disk.execute(command.block);
    const wanted = outcome.kind === "in" ? outcome.data.byteLength : 0;
    if (command.length === 0) {
      const isMoving = outcome.kind === "in" || outcome.kind === "out";
      this.#end(device, command, isMoving ? PHASE_ERROR : statusOf(outcome), 0);
    } else if (command.isIn) {
      // Cases 7 and 8: the host wants less, or it reads what the command writes.
      const isPhaseError = wanted > command.length || outcome.kind === "out";
      const data = outcome.kind === "in" ? outcome.data.subarray(0, command.length) : NOTHING;
      this.#sendData(device, command, data, isPhaseError ? PHASE_ERROR : statusOf(outcome));
    } else {
      this.#awaitData(device, command, outcome);
    }
  }

  /** Data that is less than what the host expects ends with a halt (cases 4 and 5). */
  #sendData(device: VirtualDevice, command: Command, data: Uint8Array, status: number): void {
    if (data.byteLength > 0) device.give(this.#in, data);
    if (data.byteLength < command.length) device.halt(this.#in, { afterQueued: true });
    this.#end(device, command, status, command.length - data.byteLength);
  }

  /** All that the host announced is taken, also what the command does not want (cases 9 and 11). */
  #awaitData(device: VirtualDevice, command: Command, outcome: ScsiOutcome): void {
    const wanted = outcome.kind === "out" ? outcome.length : 0;
    // Cases 10 and 13: the host writes what the command reads, or less than it wants.
    const isPhaseError = wanted > command.length || outcome.kind === "in";
    this.#awaited = {
      command,
      data: new Uint8Array(Math.min(command.length, wanted)),
      filled: 0,
      finish: (data) => {
        if (outcome.kind === "out" && !isPhaseError) outcome.take(data);
        const processed = isPhaseError ? 0 : wanted;
        this.#end(
          device,
          command,
          isPhaseError ? PHASE_ERROR : statusOf(outcome),
          command.length - processed,
        );
      },
    };
  }

  #takeData(awaited: Awaited, data: Uint8Array, device: VirtualDevice): number {
    const { command } = awaited;
    const count = Math.min(data.byteLength, command.length - awaited.filled);
    const room = Math.max(0, awaited.data.byteLength - awaited.filled);
    awaited.data.set(
      data.subarray(0, Math.min(count, room)),
      Math.min(awaited.filled, awaited.data.byteLength),
    );
    awaited.filled += count;
    if (awaited.filled === command.length) {
      this.#awaited = undefined;
      awaited.finish(awaited.data);
    }
    // What goes beyond the announced length is the next command, or none.
    if (count < data.byteLength) this.receive(data.subarray(count), device);
    return data.byteLength;
  }

  #end(device: VirtualDevice, { tag }: Command, status: number, residue: number): void {
    const wrapper = new Uint8Array(STATUS_SIZE);
    const view = new DataView(wrapper.buffer);
    view.setUint32(0, STATUS_SIGNATURE, true);
    view.setUint32(4, tag, true);
    view.setUint32(8, residue, true);
    view.setUint8(12, status);
    device.give(this.#in, wrapper);
  }
}

const NOTHING = new Uint8Array(0);

function statusOf(outcome: ScsiOutcome): number {
  return outcome.kind === "failed" ? FAILED : PASSED;
}

/** Source: §6.2: a wrapper is valid by its size and signature, meaningful by its reserved bits, unit and block length. */
function parseCommand(data: Uint8Array): Command | undefined {
  if (data.byteLength !== COMMAND_SIZE) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [flags, unit, blockLength] = [view.getUint8(12), view.getUint8(13), view.getUint8(14)];
  if (view.getUint32(0, true) !== COMMAND_SIGNATURE || (flags & 0x7f) !== 0) return undefined;
  if (unit !== 0 || blockLength < 1 || blockLength > 16) return undefined;
  return {
    tag: view.getUint32(4, true),
    length: view.getUint32(8, true),
    isIn: (flags & 0x80) !== 0,
    block: data.slice(15, 31),
  };
}
