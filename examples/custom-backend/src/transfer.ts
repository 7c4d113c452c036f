import type { Submission, TransferRequest, TransferResult, TransferStatus } from "@tsusb/core/backend";
import { type LoopbackDevice, PACKET_SIZE } from "./hardware.js";

/** Milliseconds that a timer can count; a longer timeout, of 25 days and more, is none. */
const LONGEST_TIMER = 0x7fff_ffff;

/** A read in flight: it ends once, by its bytes, its timeout, a cancellation or an unplug. */
export class LoopbackTransfer implements Submission {
  readonly done: Promise<TransferResult>;
  #resolve: (result: TransferResult) => void = () => {};
  readonly #request: TransferRequest;
  readonly #device: LoopbackDevice;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #bytes: number[] = [];
  /** Bytes that it still takes: asked now, since the caller's buffer may be detached before it ends. */
  #room: number;

  constructor(device: LoopbackDevice, request: TransferRequest) {
    this.#device = device;
    this.#request = request;
    this.#room = request.into?.byteLength ?? request.length ?? 0;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { timeout } = request;
    if (timeout > 0 && timeout <= LONGEST_TIMER)
      this.#timer = setTimeout(() => this.end("timedOut"), timeout);
    device.reads.push(this);
    device.send();
  }

  /** Takes one packet. A short one ends the transfer, and so does one that fills it or does not fit. */
  take(packet: Uint8Array): void {
    this.#room -= packet.byteLength;
    if (this.#room >= 0) this.#bytes.push(...packet);
    if (this.#room < 0) this.end("overflow");
    else if (packet.byteLength < PACKET_SIZE || this.#room === 0) this.end("completed");
  }

  end(status: TransferStatus): void {
    const place = this.#device.reads.indexOf(this);
    if (place < 0) return;
    this.#device.reads.splice(place, 1);
    clearTimeout(this.#timer);
    this.#resolve(resultOf(status, Uint8Array.from(this.#bytes), this.#request.into));
  }

  cancel(): void {
    this.end("cancelled");
  }
}

/** Every byte that arrived is handed over: in the caller's buffer, or in `data` if there is none or it was detached. */
export function resultOf(status: TransferStatus, data: Uint8Array, into?: Uint8Array): TransferResult {
  const { byteLength: length } = data;
  if (into === undefined || into.byteLength < length) return { status, length, data };
  if (length > 0) into.set(data);
  return { status, length };
}
