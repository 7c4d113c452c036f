import type { IsoPacket, TransferType } from "./transfer.js";

/** What core asks of {@link IBackend.openStream} and {@link IBackend.openSink}. Checked by core. */
export interface StreamRequest {
  /** Type of the endpoint; never control. */
  readonly type: Exclude<TransferType, "control">;
  /** `bEndpointAddress`, whose direction bit tells a stream from a sink. */
  readonly endpoint: number;
  /** Bytes of each transfer: for IN a multiple of `wMaxPacketSize`. */
  readonly transferSize: number;
  /** Transfers kept in flight, at least 1. */
  readonly transfers: number;
  /** Bytes that may wait for the reader before the stream stops asking the device. At least `transferSize`. */
  readonly bufferSize: number;
  /** Isochronous only: bytes of each packet of one transfer. */
  readonly packetLengths?: readonly number[];
  /** IN only: chunks may be lent, valid until the next `read`. A backend may ignore it and give them away. */
  readonly borrow?: boolean;
}

/** Counters of a stream or sink since it was opened; reading them costs no I/O. */
export interface StreamStats {
  /** Bytes moved over the bus. */
  readonly bytes: number;
  /** Transfers that have ended. */
  readonly transfers: number;
  /** Transfers with the C library at this moment. */
  readonly inFlight: number;
  /** How often nothing was in flight although the stream was open: the bus had to wait for the program. */
  readonly starved: number;
  /** Bytes that wait for the reader (stream) or for the device (sink). */
  readonly buffered: number;
  /** Bytes a second since the first transfer was started, divided by 1,000,000. */
  readonly megabytesPerSecond: number;
  /**
   * Isochronous only: packets whose interval passed while they were with the C library. Of a transfer that was cut short,
   * by closing or unplugging, those that moved: what became of the others is not known.
   */
  readonly packets?: number;
  /**
   * Isochronous only: those of `packets` that did not come, or did not go: all whose status is not `completed`. C libraries
   * tell of an interval that the host controller missed by the same code as of a damaged packet.
   *
   * Intervals in which nothing was queued had no packet, and no C library tells how many there were: they are not counted
   * here. `starved` counts how often the queue was seen empty.
   */
  readonly missed?: number;
}

/** What one isochronous transfer of a stream brought. */
export interface StreamPackets {
  /** As long as all packets that were asked for, each at its place. What lies in the holes behind short ones means nothing. */
  readonly data: Uint8Array;
  /** One entry a packet, in order: how it ended, and which bytes of `data` are its. */
  readonly packets: readonly IsoPacket[];
}

/** An open IN stream, as a backend gives it. */
export interface BackendStream {
  /**
   * Takes the next chunk, in the order of the bus. One reader at a time.
   *
   * @returns The bytes of one transfer, which belong to the receiver unless the request has `borrow`; `undefined`
   *   after a clean end.
   * @throws {@link USBError} once, after the last byte that arrived, with the code of what ended the stream:
   *   `ENODEV`, `EPIPE`, `EOVERFLOW`, `EIO`.
   */
  read(): Promise<Uint8Array | undefined>;
  /**
   * Takes the next bytes into the caller's memory, without an array for them: those of one chunk, or what is left of it.
   * What does not fit stays for the next call of this or of {@link read}. Optional: core copies from `read` without it.
   *
   * @param into - At least one byte; filled from its start, on the JS thread, just before the promise settles.
   * @returns Bytes taken, 0 for an empty chunk; `undefined` after a clean end.
   * @throws {@link USBError} as {@link read}.
   */
  readInto?(into: Uint8Array): Promise<number | undefined>;
  /**
   * Takes what the next transfer brought, packet by packet; also that of which every packet failed or was empty, which
   * {@link read} passes over. A failed packet ends nothing. A transfer that was cut short is told if it brought a byte.
   *
   * For isochronous endpoints, where core rejects with `ENOSYS` without it; never called for others.
   *
   * @returns Packets and bytes, which belong to the receiver unless the request has `borrow`; `undefined` after a clean end.
   * @throws {@link USBError} as {@link read}.
   */
  readPackets?(): Promise<StreamPackets | undefined>;
  /** Tells the counters. I/O: none. */
  stats(): StreamStats;
  /**
   * Cancels what is in flight and waits for it. What had arrived stays readable; then `read` gives `undefined`.
   * Idempotent.
   */
  close(): Promise<void>;
}

/** An open OUT stream, as a backend gives it. */
export interface BackendSink {
  /**
   * Hands bytes over, in order. Resolves when they are copied and there is room for more, which is the
   * back-pressure; not when they are sent. Isochronous: begins with the first packet of a transfer. A packet that fails
   * ends nothing.
   *
   * @throws {@link USBError} `EPIPE`, `ENODEV`, `EIO` of an earlier transfer, with `transferred` for the whole sink.
   */
  write(data: Uint8Array): Promise<void>;
  /** Resolves when everything handed over so far is sent. @throws {@link USBError} as `write`. */
  flush(): Promise<void>;
  /** Tells the counters. I/O: none. */
  stats(): StreamStats;
  /** Flushes, ends with a zero-length packet if `zlp`, and gives the endpoint back. */
  end(options?: { readonly zlp?: boolean }): Promise<void>;
  /** Cancels what is in flight, drops the rest and waits. Idempotent. */
  close(): Promise<void>;
}
