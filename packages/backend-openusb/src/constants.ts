// Source: the error codes in openusb.h 1.1.11: what functions return and errors carry as backendErrorCode.
/** No error. */
export const OPENUSB_SUCCESS = 0;
/** Failure of the platform; from `openusb_init`, that it has no plug-in for this system. */
export const OPENUSB_PLATFORM_FAILURE = -1;
/** No memory. */
export const OPENUSB_NO_RESOURCES = -2;
/** No bandwidth is left on the bus. */
export const OPENUSB_NO_BANDWIDTH = -3;
/** Not supported on this system. */
export const OPENUSB_NOT_SUPPORTED = -4;
/** Failure of the host controller. */
export const OPENUSB_HC_HARDWARE_ERROR = -5;
/** Not permitted. */
export const OPENUSB_INVALID_PERM = -6;
/** Somebody holds it. */
export const OPENUSB_BUSY = -7;
/** Invalid argument. */
export const OPENUSB_BADARG = -8;
/** Access denied. */
export const OPENUSB_NOACCESS = -9;
/** A descriptor is malformed. */
export const OPENUSB_PARSE_ERROR = -10;
/** The device is gone. */
export const OPENUSB_UNKNOWN_DEVICE = -11;
/** Invalid handle or request. */
export const OPENUSB_INVALID_HANDLE = -12;
/** Failure of the operating system. */
export const OPENUSB_SYS_FUNC_FAILURE = -13;
/** Nothing to list. */
export const OPENUSB_NULL_LIST = -14;
/** A callback's answer: go on. */
export const OPENUSB_CB_CONTINUE = -20;
/** A callback's answer: end it. */
export const OPENUSB_CB_TERMINATE = -21;
/** The endpoint stalled. */
export const OPENUSB_IO_STALL = -50;
/** Checksum error. */
export const OPENUSB_IO_CRC_ERROR = -51;
/** The device hangs. */
export const OPENUSB_IO_DEVICE_HUNG = -52;
/** More bytes than one request moves. */
export const OPENUSB_IO_REQ_TOO_BIG = -53;
/** Bit stuffing error. */
export const OPENUSB_IO_BIT_STUFFING = -54;
/** Unexpected packet. */
export const OPENUSB_IO_UNEXPECTED_PID = -55;
/** More bytes came than were asked for. */
export const OPENUSB_IO_DATA_OVERRUN = -56;
/** Fewer bytes came than were asked for. */
export const OPENUSB_IO_DATA_UNDERRUN = -57;
/** The host controller was too slow to receive. */
export const OPENUSB_IO_BUFFER_OVERRUN = -58;
/** The host controller was too slow to send. */
export const OPENUSB_IO_BUFFER_UNDERRUN = -59;
/** Packet check failure. */
export const OPENUSB_IO_PID_CHECK_FAILURE = -60;
/** Data toggle mismatch. */
export const OPENUSB_IO_DATA_TOGGLE_MISMATCH = -61;
/** The timeout passed. */
export const OPENUSB_IO_TIMEOUT = -62;
/** Was cancelled. */
export const OPENUSB_IO_CANCELED = -63;

// Other names for some of them, which the C header does not have.
/** Same as {@link OPENUSB_IO_CANCELED}. */
export const OPENUSB_IO_CANCELLED = OPENUSB_IO_CANCELED;
/** Same as {@link OPENUSB_IO_DATA_OVERRUN}. */
export const OPENUSB_IO_OVERFLOW = OPENUSB_IO_DATA_OVERRUN;

// Source: enum openusb_event in openusb.h 1.1.11.
/** A device came. */
export const USB_ATTACH = 0;
/** A device went. */
export const USB_REMOVE = 1;
/** A device was suspended. */
export const USB_SUSPEND = 2;
/** A device was resumed. */
export const USB_RESUME = 3;
/** A host controller came. */
export const USB_HC_ATTACH = 4;
/** A host controller went. */
export const USB_HC_REMOVE = 5;
/** Every device that was there has been told. */
export const USB_COLDPLUG_COMPLETED = 6;

// Source: enum openusb_transfer_type in openusb.h 1.1.11.
/** Every type. */
export const USB_TYPE_ALL = 0;
/** Control. */
export const USB_TYPE_CONTROL = 1;
/** Interrupt. */
export const USB_TYPE_INTERRUPT = 2;
/** Bulk. */
export const USB_TYPE_BULK = 3;
/** Isochronous. */
export const USB_TYPE_ISOCHRONOUS = 4;

// Source: enum openusb_init_flag in openusb.h 1.1.11.
/** As the system has it. */
export const USB_INIT_DEFAULT = 0;
/** Fail rather than take an interface from a driver. */
export const USB_INIT_FAIL_FAST = 1;
/** Take an interface from a driver if it can be given back. */
export const USB_INIT_REVERSIBLE = 2;
/** Take an interface from a driver. */
export const USB_INIT_NON_REVERSIBLE = 3;
