/** What may be sent. A string is sent as UTF-8; an iterable gives bytes, 0 to 255 each. */
export type DataOut = ArrayBufferView | ArrayBuffer | Iterable<number> | string;

/** Options of one transfer. */
export interface TransferOptions {
  /** Milliseconds; 0 or `Infinity` waits for ever. Default {@link Device.defaultTimeout}. */
  readonly timeout?: number | undefined;
  /** Cancels the transfer; it then rejects with {@link USBAbortError} and what had moved. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a transfer, or just its timeout in milliseconds, as in PyUSB. */
export type TransferOptionsOrTimeout = TransferOptions | number;

/** Options of a bulk or interrupt write. */
export interface WriteOptions extends TransferOptions {
  /** Ends with a zero-length packet if the data ends on a packet boundary. Default `false`. */
  readonly zeroPacket?: boolean | undefined;
}

/** Options of an isochronous transfer. */
export interface IsoOptions extends TransferOptions {
  /** Bytes of each packet. Default: as many as the endpoint can take, the last one shorter. */
  readonly packetLengths?: readonly number[] | undefined;
}

/** Options of {@link Device.open}. */
export interface OpenOptions {
  /**
   * Detach the system's driver when an interface is claimed and give it back when it is released. Default `false`, until
   * the next `close()`. Where the system knows no such thing (Windows), it is ignored.
   */
  readonly autoDetachKernelDriver?: boolean | undefined;
}

/** Options of {@link Endpoint.stream}. */
export interface StreamOptions {
  /**
   * Bytes of each transfer, a multiple of `wMaxPacketSize`. Default: the multiple nearest below 64 KiB; isochronous: eight
   * packets.
   */
  readonly transferSize?: number | undefined;
  /** Transfers kept in flight. Default 4. */
  readonly transfers?: number | undefined;
  /** Bytes that may wait for the reader before the device is no longer asked. Default 2 MiB. */
  readonly bufferSize?: number | undefined;
  /** Ends the stream: what had arrived is delivered, then it rejects with {@link USBAbortError}. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Bytes of each packet of one transfer, for an isochronous endpoint. Default: as many as it can take. A sink collects
   * what is written until it fills a transfer, so that packets have these lengths whatever the writes have.
   */
  readonly packetLengths?: readonly number[] | undefined;
  /** Chunks may be lent: valid only until the next one is asked for. Default `false`. */
  readonly borrow?: boolean | undefined;
  /**
   * Gives whole messages instead of the bytes of a transfer: what came up to a short or zero-length packet, however many
   * transfers it took; at most `bufferSize` bytes. Not for isochronous endpoints. Default `false`.
   */
  readonly messages?: boolean | undefined;
}

/** Options of {@link Endpoint.sink}. */
export type SinkOptions = Omit<StreamOptions, "borrow" | "messages">;
