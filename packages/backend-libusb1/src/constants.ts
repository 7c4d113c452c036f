// Source: enum libusb_error in libusb.h 1.0.27: what functions return and errors carry as backendErrorCode.
/** No error. */
export const LIBUSB_SUCCESS = 0;
/** Input/output error. */
export const LIBUSB_ERROR_IO = -1;
/** Invalid parameter. */
export const LIBUSB_ERROR_INVALID_PARAM = -2;
/** Access denied. */
export const LIBUSB_ERROR_ACCESS = -3;
/** The device is gone. */
export const LIBUSB_ERROR_NO_DEVICE = -4;
/** There is no such thing. */
export const LIBUSB_ERROR_NOT_FOUND = -5;
/** Somebody holds it. */
export const LIBUSB_ERROR_BUSY = -6;
/** The timeout passed. */
export const LIBUSB_ERROR_TIMEOUT = -7;
/** More bytes came than were asked for. */
export const LIBUSB_ERROR_OVERFLOW = -8;
/** The endpoint stalled. */
export const LIBUSB_ERROR_PIPE = -9;
/** Interrupted or cancelled. */
export const LIBUSB_ERROR_INTERRUPTED = -10;
/** No memory. */
export const LIBUSB_ERROR_NO_MEM = -11;
/** Not supported on this system. */
export const LIBUSB_ERROR_NOT_SUPPORTED = -12;
/** Anything else. */
export const LIBUSB_ERROR_OTHER = -99;

// Source: enum libusb_transfer_status in libusb.h 1.0.27: how an asynchronous transfer ended, never an error code.
/** Ended well, perhaps short. */
export const LIBUSB_TRANSFER_COMPLETED = 0;
/** Failed. */
export const LIBUSB_TRANSFER_ERROR = 1;
/** The timeout passed. */
export const LIBUSB_TRANSFER_TIMED_OUT = 2;
/** Was cancelled. */
export const LIBUSB_TRANSFER_CANCELLED = 3;
/** Halt, or control request refused. */
export const LIBUSB_TRANSFER_STALL = 4;
/** The device is gone. */
export const LIBUSB_TRANSFER_NO_DEVICE = 5;
/** More bytes came than were asked for. */
export const LIBUSB_TRANSFER_OVERFLOW = 6;

// Source: enum libusb_transfer_type in libusb.h 1.0.27.
/** Control. */
export const LIBUSB_TRANSFER_TYPE_CONTROL = 0;
/** Isochronous. */
export const LIBUSB_TRANSFER_TYPE_ISOCHRONOUS = 1;
/** Bulk. */
export const LIBUSB_TRANSFER_TYPE_BULK = 2;
/** Interrupt. */
export const LIBUSB_TRANSFER_TYPE_INTERRUPT = 3;
/** Bulk with a stream id. */
export const LIBUSB_TRANSFER_TYPE_BULK_STREAM = 4;

// Source: enum libusb_transfer_flags in libusb.h 1.0.27.
/** A short packet is an error. */
export const LIBUSB_TRANSFER_SHORT_NOT_OK = 1;
/** Frees the buffer with the transfer. */
export const LIBUSB_TRANSFER_FREE_BUFFER = 2;
/** Frees the transfer after its callback. */
export const LIBUSB_TRANSFER_FREE_TRANSFER = 4;
/** Ends with a zero-length packet. */
export const LIBUSB_TRANSFER_ADD_ZERO_PACKET = 8;

// Source: enum libusb_speed in libusb.h 1.0.28.
/** The system does not know. */
export const LIBUSB_SPEED_UNKNOWN = 0;
/** 1.5 Mbit/s. */
export const LIBUSB_SPEED_LOW = 1;
/** 12 Mbit/s. */
export const LIBUSB_SPEED_FULL = 2;
/** 480 Mbit/s. */
export const LIBUSB_SPEED_HIGH = 3;
/** 5 Gbit/s. */
export const LIBUSB_SPEED_SUPER = 4;
/** 10 Gbit/s. */
export const LIBUSB_SPEED_SUPER_PLUS = 5;
/** 20 Gbit/s. */
export const LIBUSB_SPEED_SUPER_PLUS_X2 = 6;

// Source: enum libusb_capability in libusb.h 1.0.27.
/** libusb_has_capability is there. */
export const LIBUSB_CAP_HAS_CAPABILITY = 0x0000;
/** Hotplug is told by the system. */
export const LIBUSB_CAP_HAS_HOTPLUG = 0x0001;
/** HID devices can be used. */
export const LIBUSB_CAP_HAS_HID_ACCESS = 0x0100;
/** Kernel drivers can be detached. */
export const LIBUSB_CAP_SUPPORTS_DETACH_KERNEL_DRIVER = 0x0101;

// Source: enum libusb_option in libusb.h 1.0.27.
/** How much is logged. */
export const LIBUSB_OPTION_LOG_LEVEL = 0;
/** The UsbDk backend, on Windows. */
export const LIBUSB_OPTION_USE_USBDK = 1;
/** No enumeration, for file descriptors from elsewhere. */
export const LIBUSB_OPTION_NO_DEVICE_DISCOVERY = 2;
/** Who receives the log. */
export const LIBUSB_OPTION_LOG_CB = 3;

// Source: enum libusb_log_level in libusb.h 1.0.27.
/** Nothing. */
export const LIBUSB_LOG_LEVEL_NONE = 0;
/** Errors. */
export const LIBUSB_LOG_LEVEL_ERROR = 1;
/** Warnings as well. */
export const LIBUSB_LOG_LEVEL_WARNING = 2;
/** What happens as well. */
export const LIBUSB_LOG_LEVEL_INFO = 3;
/** Everything. */
export const LIBUSB_LOG_LEVEL_DEBUG = 4;

// Source: enum libusb_log_cb_mode in libusb.h 1.0.27.
/** For all contexts. */
export const LIBUSB_LOG_CB_GLOBAL = 1;
/** For one context. */
export const LIBUSB_LOG_CB_CONTEXT = 2;

// Source: enum libusb_hotplug_event and the hotplug constants in libusb.h 1.0.27.
/** A device came. */
export const LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED = 1;
/** A device went. */
export const LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT = 2;
/** Tells of present devices as well. */
export const LIBUSB_HOTPLUG_ENUMERATE = 1;
/** Any vendor, product or class. */
export const LIBUSB_HOTPLUG_MATCH_ANY = -1;

// Source: enum libusb_endpoint_direction in libusb.h 1.0.27.
/** Host to device. */
export const LIBUSB_ENDPOINT_OUT = 0x00;
/** Device to host. */
export const LIBUSB_ENDPOINT_IN = 0x80;

// Source: enum libusb_request_type in libusb.h 1.0.27.
/** Of the USB specification. */
export const LIBUSB_REQUEST_TYPE_STANDARD = 0x00;
/** Of the device class. */
export const LIBUSB_REQUEST_TYPE_CLASS = 0x20;
/** Of the vendor. */
export const LIBUSB_REQUEST_TYPE_VENDOR = 0x40;
/** Reserved. */
export const LIBUSB_REQUEST_TYPE_RESERVED = 0x60;

// Source: enum libusb_request_recipient in libusb.h 1.0.27.
/** The device. */
export const LIBUSB_RECIPIENT_DEVICE = 0x00;
/** An interface. */
export const LIBUSB_RECIPIENT_INTERFACE = 0x01;
/** An endpoint. */
export const LIBUSB_RECIPIENT_ENDPOINT = 0x02;
/** Something else. */
export const LIBUSB_RECIPIENT_OTHER = 0x03;

// Source: enum libusb_standard_request in libusb.h 1.0.27.
/** GET_STATUS. */
export const LIBUSB_REQUEST_GET_STATUS = 0x00;
/** CLEAR_FEATURE. */
export const LIBUSB_REQUEST_CLEAR_FEATURE = 0x01;
/** SET_FEATURE. */
export const LIBUSB_REQUEST_SET_FEATURE = 0x03;
/** SET_ADDRESS. */
export const LIBUSB_REQUEST_SET_ADDRESS = 0x05;
/** GET_DESCRIPTOR. */
export const LIBUSB_REQUEST_GET_DESCRIPTOR = 0x06;
/** SET_DESCRIPTOR. */
export const LIBUSB_REQUEST_SET_DESCRIPTOR = 0x07;
/** GET_CONFIGURATION. */
export const LIBUSB_REQUEST_GET_CONFIGURATION = 0x08;
/** SET_CONFIGURATION. */
export const LIBUSB_REQUEST_SET_CONFIGURATION = 0x09;
/** GET_INTERFACE. */
export const LIBUSB_REQUEST_GET_INTERFACE = 0x0a;
/** SET_INTERFACE. */
export const LIBUSB_REQUEST_SET_INTERFACE = 0x0b;
/** SYNCH_FRAME. */
export const LIBUSB_REQUEST_SYNCH_FRAME = 0x0c;
/** SET_SEL. */
export const LIBUSB_REQUEST_SET_SEL = 0x30;
/** SET_ISOCH_DELAY. */
export const LIBUSB_SET_ISOCH_DELAY = 0x31;
