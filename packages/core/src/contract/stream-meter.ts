import { wasCutShort } from "./iso-packets.js";
import type { StreamRequest, StreamStats } from "./stream.js";
import type { TransferResult } from "./transfer.js";

/** Counts what a stream or sink moves. */
export class StreamMeter {
  #bytes = 0;
  #transfers = 0;
  #inFlight = 0;
  #starved = 0;
  readonly #isIsochronous: boolean;
  #packets = 0;
  #missed = 0;
  #startedAt: number | undefined;
  #endedAt: number | undefined;

  constructor({ type }: Pick<StreamRequest, "type">) {
    this.#isIsochronous = type === "isochronous";
  }

  get bytes(): number {
    return this.#bytes;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  started(): void {
    this.#startedAt ??= performance.now();
    this.#inFlight++;
  }

  /** A transfer has ended; without a result, it was not submitted. */
  settled(result: TransferResult | undefined, bytes: number): void {
    this.#inFlight--;
    this.#transfers++;
    this.#bytes += bytes;
    if (result?.packets === undefined) return;
    const moved = result.packets.filter(({ status }) => status === "completed").length;
    const tried = wasCutShort(result.status) ? moved : result.packets.length;
    this.#packets += tried;
    this.#missed += tried - moved;
  }

  starved(): void {
    this.#starved++;
  }

  /** Stops the clock, so that the rate of a closed stream stays what it was. */
  ended(): void {
    this.#endedAt ??= performance.now();
  }

  stats(buffered: number): StreamStats {
    const end = this.#endedAt ?? performance.now();
    const seconds = (end - (this.#startedAt ?? end)) / 1000;
    return {
      bytes: this.#bytes,
      transfers: this.#transfers,
      inFlight: this.#inFlight,
      starved: this.#starved,
      buffered,
      megabytesPerSecond: seconds > 0 ? this.#bytes / seconds / 1e6 : 0,
      ...(this.#isIsochronous && { packets: this.#packets, missed: this.#missed }),
    };
  }
}
