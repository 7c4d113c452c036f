/** Kind of a transfer, by the name of its endpoint's type (USB 2.0 §9.6.6, bmAttributes bits 1..0). */
export type TransferType = "control" | "isochronous" | "bulk" | "interrupt";

/** The eight bytes that open a control transfer (USB 2.0 §9.3), as numbers. */
export interface ControlSetup {
  /** Direction (bit 7), type (bits 6..5) and recipient (bits 4..0). */
  readonly bmRequestType: number;
  /** Which request. */
  readonly bRequest: number;
  /** First parameter, 16 bits. */
  readonly wValue: number;
  /** Second parameter, 16 bits; for an interface or endpoint request its low byte names the recipient. */
  readonly wIndex: number;
  /** Bytes of the data stage, 0 to 65,535. Equals the length of `data` or `into`. */
  readonly wLength: number;
}

/**
 * One transfer, as core hands it to a backend. Core has checked it: the endpoint exists in an alternate setting
 * that is selected, type and direction fit, numbers are in range. It is not frozen but a backend must not change it.
 */
export interface TransferRequest {
  /** Kind of the transfer; that of the endpoint's descriptor. */
  readonly type: TransferType;
  /** `bEndpointAddress` with its direction bit; 0 for control, whose direction is in `setup`. */
  readonly endpoint: number;
  /** Control only, and always then. */
  readonly setup?: ControlSetup;
  /** IN: the most bytes to take. Absent when `into` is given. */
  readonly length?: number;
  /**
   * IN: where the bytes go, instead of `data` in the result. Filled from its start, on the JS thread, just before
   * `done` settles; never while the C library works. If its buffer was detached meanwhile, the result has `data`.
   */
  readonly into?: Uint8Array;
  /** OUT: the bytes to send. Copied before `submit` returns, so the caller may change them at once. */
  readonly data?: Uint8Array;
  /** Isochronous only: the bytes of each packet, in order; their sum is `length`, or that of `into` or `data`. */
  readonly packetLengths?: readonly number[];
  /** Milliseconds from the hand-over to the C library; 0 waits for ever. */
  readonly timeout: number;
  /** Bulk or interrupt OUT: ends with a zero-length packet if the data ends on a packet boundary. */
  readonly zeroPacket?: boolean;
  /** Bulk stream, 1 to 65,533 (USB 3.2 §8.12.1.4.1). Only where `supports.bulkStreams`. */
  readonly streamId?: number;
}

/** How a transfer, or one isochronous packet, ended. */
export type TransferStatus =
  /** All bytes, or a short packet, which ends an IN transfer early and is no error. */
  | "completed"
  /** The timeout passed first; `length` tells what had moved. */
  | "timedOut"
  /** Ended by {@link Submission.cancel}, by `closeDevice` or by `close`. */
  | "cancelled"
  /** The device answered STALL: the endpoint is halted, or the control request was refused. */
  | "stall"
  /** The device sent more than was asked for. */
  | "overflow"
  /** The device is gone. */
  | "noDevice"
  /** Anything else: CRC, bit stuffing, no answer, a host controller's fault. */
  | "error";

/** One packet of an isochronous transfer. */
export interface IsoPacket {
  /** How this packet ended. */
  readonly status: TransferStatus;
  /** Where its bytes start in the request's buffer; a short packet leaves a hole behind it. */
  readonly offset: number;
  /** Bytes that moved. */
  readonly length: number;
}

/** The outcome of one transfer, with every byte that arrived. */
export interface TransferResult {
  /** How it ended. */
  readonly status: TransferStatus;
  /** Bytes that moved, whatever the status; without the setup packet. Isochronous: the sum over the packets. */
  readonly length: number;
  /**
   * IN without `into`: the bytes that arrived, an array of its own that belongs to the receiver and can be
   * transferred. Isochronous: with the holes, as `packets` describes it.
   */
  readonly data?: Uint8Array;
  /** Isochronous only: one entry a packet, in order. */
  readonly packets?: readonly IsoPacket[];
  /**
   * The library's **error** code, what its synchronous call would have returned; never a transfer status.
   * Absent when `completed`, and in backends without a library.
   */
  readonly backendErrorCode?: number;
}

/** A transfer in flight. */
export interface Submission {
  /**
   * Resolves for every outcome of the transfer. Rejects with `USBError` only if nothing was submitted: `ENODEV` if the
   * device is gone, `ERR_USB_CLOSED` after `closeDevice` or `close`, `ENOMEM`, `ENOSYS` if `supports` denies the kind.
   */
  readonly done: Promise<TransferResult>;
  /**
   * Asks for an early end, as far as `supports.cancel` goes. Never throws, returns at once, may be called often and
   * late; `done` then settles as `cancelled`, or as what had happened before.
   */
  cancel(): void;
}
