import { constants } from "node:os";

// The three implementations return negative errno numbers, and have no names for them.
/**
 * What libusb 0.1 returns on this system for each `errno` name: negative numbers. Errors have them as
 * `backendErrorCode`.
 */
export const USB_ERRNO: Readonly<Record<string, number>> = Object.freeze(
  Object.fromEntries(Object.entries(constants.errno).map(([name, number]) => [name, -number])),
);

// Source: error.h of libusb-win32 1.2.6.
/** What libusb-win32 returns, negative, for a timeout, whatever `errno.h` says. */
export const ETRANSFER_TIMEDOUT = 116;

// Source: usb.h of libusb 0.1.12, from here on.
/** Where libusb 0.1's own error numbers would begin, if it had any. */
export const USB_ERROR_BEGIN = 500_000;

/** Host to device. */
export const USB_ENDPOINT_OUT = 0x00;
/** Device to host. */
export const USB_ENDPOINT_IN = 0x80;

/** Control. */
export const USB_ENDPOINT_TYPE_CONTROL = 0;
/** Isochronous. */
export const USB_ENDPOINT_TYPE_ISOCHRONOUS = 1;
/** Bulk. */
export const USB_ENDPOINT_TYPE_BULK = 2;
/** Interrupt. */
export const USB_ENDPOINT_TYPE_INTERRUPT = 3;

/** Of the USB specification. */
export const USB_TYPE_STANDARD = 0x00;
/** Of the device class. */
export const USB_TYPE_CLASS = 0x20;
/** Of the vendor. */
export const USB_TYPE_VENDOR = 0x40;
/** Reserved. */
export const USB_TYPE_RESERVED = 0x60;

/** The device. */
export const USB_RECIP_DEVICE = 0x00;
/** An interface. */
export const USB_RECIP_INTERFACE = 0x01;
/** An endpoint. */
export const USB_RECIP_ENDPOINT = 0x02;
/** Something else. */
export const USB_RECIP_OTHER = 0x03;

/** GET_STATUS. */
export const USB_REQ_GET_STATUS = 0x00;
/** CLEAR_FEATURE. */
export const USB_REQ_CLEAR_FEATURE = 0x01;
/** SET_FEATURE. */
export const USB_REQ_SET_FEATURE = 0x03;
/** SET_ADDRESS. */
export const USB_REQ_SET_ADDRESS = 0x05;
/** GET_DESCRIPTOR. */
export const USB_REQ_GET_DESCRIPTOR = 0x06;
/** SET_DESCRIPTOR. */
export const USB_REQ_SET_DESCRIPTOR = 0x07;
/** GET_CONFIGURATION. */
export const USB_REQ_GET_CONFIGURATION = 0x08;
/** SET_CONFIGURATION. */
export const USB_REQ_SET_CONFIGURATION = 0x09;
/** GET_INTERFACE. */
export const USB_REQ_GET_INTERFACE = 0x0a;
/** SET_INTERFACE. */
export const USB_REQ_SET_INTERFACE = 0x0b;
/** SYNCH_FRAME. */
export const USB_REQ_SYNCH_FRAME = 0x0c;

/** Device descriptor. */
export const USB_DT_DEVICE = 0x01;
/** Configuration descriptor. */
export const USB_DT_CONFIG = 0x02;
/** String descriptor. */
export const USB_DT_STRING = 0x03;
/** Interface descriptor. */
export const USB_DT_INTERFACE = 0x04;
/** Endpoint descriptor. */
export const USB_DT_ENDPOINT = 0x05;
