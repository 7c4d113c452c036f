// Source of all numbers: Linux Documentation/usb/usbip_protocol.rst, include/uapi/linux/usbip.h and
// tools/usb/usbip/libsrc/usbip_common.h. Integers on the wire are big-endian.

/** Version 1.1.1 of the protocol, in binary-coded decimal. */
export const USBIP_VERSION = 0x0111;

/** The port that the Internet Assigned Numbers Authority gave to USB/IP, and `usbip attach` takes by default. */
export const USBIP_PORT = 3240;

// Operations, before a device is imported. A request has the highest bit of its reply's code set.
export const OP_REQ_IMPORT = 0x8003;
export const OP_REP_IMPORT = 0x0003;
export const OP_REQ_DEVLIST = 0x8005;
export const OP_REP_DEVLIST = 0x0005;

// How an operation ended.
export const ST_OK = 0;
export const ST_NA = 1;
export const ST_DEV_BUSY = 2;
export const ST_DEV_ERR = 3;
export const ST_NODEV = 4;
export const ST_ERROR = 5;

/** Bytes that open every operation: version, code, status. */
export const OP_HEADER_SIZE = 8;
/** Bytes of a bus id, NUL padded. */
export const BUSID_SIZE = 32;
/** Bytes of a device's path, NUL padded. */
export const PATH_SIZE = 256;
/** Bytes that describe a device: `struct usbip_usb_device`. */
export const DEVICE_BLOCK_SIZE = 312;
/** Bytes that describe an interface: `struct usbip_usb_interface`. */
export const INTERFACE_BLOCK_SIZE = 4;

// Commands and their returns, once a device is imported.
export const USBIP_CMD_SUBMIT = 1;
export const USBIP_CMD_UNLINK = 2;
export const USBIP_RET_SUBMIT = 3;
export const USBIP_RET_UNLINK = 4;

/** Bytes that open every command and every return. */
export const URB_HEADER_SIZE = 48;
/** Bytes that describe one isochronous packet. */
export const ISO_DESCRIPTOR_SIZE = 16;

export const USBIP_DIR_OUT = 0;
export const USBIP_DIR_IN = 1;

// Bits of transfer_flags that mean something to a server.
export const USBIP_URB_SHORT_NOT_OK = 0x0001;
export const USBIP_URB_ZERO_PACKET = 0x0040;

/** Most packets of an isochronous transfer. Source: USBIP_MAX_ISO_PACKETS in Linux drivers/usb/usbip/usbip_common.h. */
export const MOST_PACKETS = 1024;

/**
 * Most bytes of one transfer, 64 MiB. Ours: four times what Linux' usbfs lets all programs together have in flight
 * by default (usbfs_memory_mb).
 */
export const MOST_BYTES = 64 * 1024 * 1024;
