import type { StreamStats } from "./stream.js";

/** Counts what a stream or sink moves. */
export class StreamMeter {
  #bytes = 0;
  #transfers = 0;
  #inFlight = 0;
  #starved = 0;
  #startedAt: number | undefined;
  #endedAt: number | undefined;

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

  settled(bytes: number): void {
    this.#inFlight--;
    this.#transfers++;
    this.#bytes += bytes;
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
    };
  }
}
