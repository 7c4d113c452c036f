/**
 * Every `code` that an error of tsusb can have: one closed list, the same on every operating system.
 *
 * - `EACCES` no permission to open; `hint` names the node, its owner and the udev rule.
 * - `EBUSY` somebody holds it, or something is pending on it; `hint` or the message says who.
 * - `EINVAL` the library or the device refused a value.
 * - `EIO` the bus failed: no answer, CRC, a host controller's fault.
 * - `ENODEV` the device is gone, for ever.
 * - `ENOENT` no such configuration, interface, alternate setting, endpoint or string.
 * - `ENOMEM` the system's memory for USB is used up.
 * - `ENOSYS` this backend, library or system cannot do it.
 * - `EINTR` the transfer was cancelled, by `close()` or by the system.
 * - `EOVERFLOW` the device sent more than was asked for; ask for a multiple of `wMaxPacketSize`.
 * - `EPIPE` stall: the endpoint is halted (`clearHalt`), or the control request was refused.
 * - `ETIMEDOUT` the timeout passed ({@link USBTimeoutError}).
 * - `ABORT_ERR` the caller's signal was aborted ({@link USBAbortError}).
 * - `ERR_USB_NO_BACKEND` no backend works here ({@link NoBackendError}).
 * - `ERR_USB_CLOSED` the device or backend was closed.
 * - `ERR_USB_NOT_OPEN` this needs an open device.
 * - `ERR_USB_BACKEND` the backend broke the contract; a bug in it.
 * - `ERR_USB_LIBRARY_NOT_FOUND`, `ERR_USB_LIBRARY_NOT_LOADED`, `ERR_USB_LIBRARY_SYMBOLS`: of `@tsusb/libloader`.
 */
export type USBErrorCode =
  | "EACCES"
  | "EBUSY"
  | "EINVAL"
  | "EIO"
  | "ENODEV"
  | "ENOENT"
  | "ENOMEM"
  | "ENOSYS"
  | "EINTR"
  | "EOVERFLOW"
  | "EPIPE"
  | "ETIMEDOUT"
  | "ABORT_ERR"
  | "ERR_USB_NO_BACKEND"
  | "ERR_USB_CLOSED"
  | "ERR_USB_NOT_OPEN"
  | "ERR_USB_BACKEND"
  | "ERR_USB_LIBRARY_NOT_FOUND"
  | "ERR_USB_LIBRARY_NOT_LOADED"
  | "ERR_USB_LIBRARY_SYMBOLS";
