import { ECONNRESET } from "./linux-errno.js";
import { ProtocolError } from "./protocol-error.js";
import { encodeSubmitted, encodeUnlinked, type Outcome } from "./reply.js";
import type { Urb } from "./urb.js";

/** Most transfers that one client may have in flight. Ours; Linux' drivers have tens. */
const MOST_URBS = 4096;
/** Most bytes that they may have together, 128 MiB. Ours. */
const MOST_BYTES_IN_FLIGHT = 128 * 1024 * 1024;

/**
 * The transfers that a client waits for. It alone writes their final messages, and sees to it that there is exactly one
 * for each command:
 *
 * - A transfer that ends is answered with RET_SUBMIT.
 * - One that was unlinked and had moved nothing is not; its RET_UNLINK says -ECONNRESET.
 * - One that was unlinked and has moved bytes is answered with both: no byte that arrived is lost. RET_UNLINK says 0,
 *   it had ended before.
 */
export class UrbTable {
  readonly #urbs = new Map<number, Urb>();
  readonly #send: (pieces: readonly Uint8Array[]) => void;
  #bytes = 0;

  /** @param send - Sends one message. */
  constructor(send: (pieces: readonly Uint8Array[]) => void) {
    this.#send = send;
  }

  /** Whether one more transfer would be more than a client may have. */
  isFull(length: number): boolean {
    return this.#urbs.size >= MOST_URBS || this.#bytes + length > MOST_BYTES_IN_FLIGHT;
  }

  /** @throws ProtocolError if its number is in use. */
  add(urb: Urb): void {
    const { seqnum, length } = urb.command;
    if (this.#urbs.has(seqnum)) throw new ProtocolError(`number ${seqnum} for a second transfer`);
    this.#urbs.set(seqnum, urb);
    this.#bytes += length;
  }

  /** Notes the wish to end a transfer. @returns The transfer; `undefined` if it has ended, which is answered here. */
  unlink(seqnum: number, victim: number): Urb | undefined {
    const urb = this.#urbs.get(victim);
    if (urb === undefined) this.#send(encodeUnlinked(seqnum, 0));
    else urb.unlinks.push(seqnum);
    return urb;
  }

  /** Answers a transfer. */
  finish(urb: Urb, outcome: Outcome): void {
    this.#urbs.delete(urb.command.seqnum);
    this.#bytes -= urb.command.length;
    const isUnlinked = urb.unlinks.length > 0 && outcome.status === ECONNRESET && outcome.length === 0;
    if (!isUnlinked) this.#send(encodeSubmitted(urb.command, outcome));
    for (const seqnum of urb.unlinks) this.#send(encodeUnlinked(seqnum, isUnlinked ? ECONNRESET : 0));
  }
}
