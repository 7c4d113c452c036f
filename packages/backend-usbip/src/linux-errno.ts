import { type TransferStatus, USBError, type USBErrorCode } from "@tsusb/core/backend";

// What goes over the wire is a negative errno of Linux, whatever system this is.
// Source: Linux include/uapi/asm-generic/errno-base.h and errno.h; Documentation/driver-api/usb/error-codes.rst.
export const ENOENT = -2;
export const EINTR = -4;
export const EIO = -5;
export const ENOMEM = -12;
export const EACCES = -13;
export const EBUSY = -16;
export const ENODEV = -19;
export const EINVAL = -22;
export const EPIPE = -32;
export const ENOSYS = -38;
export const EPROTO = -71;
export const EOVERFLOW = -75;
export const ECONNRESET = -104;
export const ESHUTDOWN = -108;
export const ETIMEDOUT = -110;
export const EREMOTEIO = -121;

const BY_STATUS: Readonly<Record<TransferStatus, number>> = {
  completed: 0,
  timedOut: ETIMEDOUT,
  cancelled: ECONNRESET,
  stall: EPIPE,
  overflow: EOVERFLOW,
  noDevice: ESHUTDOWN,
  error: EPROTO,
};

const BY_CODE: Readonly<Partial<Record<USBErrorCode, number>>> = {
  EACCES,
  EBUSY,
  EINVAL,
  EIO,
  ENODEV,
  ENOENT,
  ENOMEM,
  ENOSYS,
  EINTR,
  EOVERFLOW,
  EPIPE,
  ETIMEDOUT,
  ABORT_ERR: ECONNRESET,
  ERR_USB_CLOSED: ESHUTDOWN,
};

/** What a client is told of how a transfer, or a packet, ended. A status that a backend invented is a failed bus. */
export const errnoOfStatus = (status: TransferStatus): number => BY_STATUS[status] ?? EPROTO;

/** What a client is told of a call that a backend refused. */
export const errnoOfError = (error: unknown): number =>
  (USBError.is(error) ? BY_CODE[error.code] : undefined) ?? EPROTO;
