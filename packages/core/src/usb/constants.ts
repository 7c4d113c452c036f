/**
 * Numbers of the USB specification, under its own names or PyUSB's.
 *
 * @packageDocumentation
 */

// Descriptor types. Source: USB 2.0 §9.4, Table 9-5; USB 3.2 §9.4, Table 9-6; IAD ECN; USB HID 1.11 §7.1; USB 2.0 §11.23.2.1.
/** Device descriptor. Source: USB 2.0 Table 9-5. */
export const DESC_TYPE_DEVICE = 0x01;
/** Configuration descriptor. Source: USB 2.0 Table 9-5. */
export const DESC_TYPE_CONFIG = 0x02;
/** String descriptor. Source: USB 2.0 Table 9-5. */
export const DESC_TYPE_STRING = 0x03;
/** Interface descriptor. Source: USB 2.0 Table 9-5. */
export const DESC_TYPE_INTERFACE = 0x04;
/** Endpoint descriptor. Source: USB 2.0 Table 9-5. */
export const DESC_TYPE_ENDPOINT = 0x05;
/** Device qualifier descriptor. Source: USB 2.0 Table 9-5. */
export const DESC_TYPE_DEVICE_QUALIFIER = 0x06;
/** Configuration descriptor for the other speed. Source: USB 2.0 Table 9-5. */
export const DESC_TYPE_OTHER_SPEED_CONFIGURATION = 0x07;
/** Interface association descriptor. Source: USB 3.2 Table 9-6. */
export const DESC_TYPE_INTERFACE_ASSOCIATION = 0x0b;
/** Binary device object store. Source: USB 3.2 Table 9-6. */
export const DESC_TYPE_BOS = 0x0f;
/** Device capability, inside a BOS. Source: USB 3.2 Table 9-6. */
export const DESC_TYPE_DEVICE_CAPABILITY = 0x10;
/** HID descriptor. Source: HID 1.11 §7.1. */
export const DESC_TYPE_HID = 0x21;
/** HID report descriptor. Source: HID 1.11 §7.1. */
export const DESC_TYPE_REPORT = 0x22;
/** HID physical descriptor. Source: HID 1.11 §7.1. */
export const DESC_TYPE_PHYSICAL = 0x23;
/** Hub descriptor. Source: USB 2.0 §11.23.2.1. */
export const DESC_TYPE_HUB = 0x29;
/** SuperSpeed endpoint companion. Source: USB 3.2 Table 9-6. */
export const DESC_TYPE_SS_ENDPOINT_COMPANION = 0x30;

// Sizes of descriptors without what a class adds, in bytes.
/** Bytes of a device descriptor. Source: USB 2.0 Table 9-8. */
export const DEVICE_DESCRIPTOR_SIZE = 18;
/** Bytes of a configuration descriptor alone. Source: USB 2.0 Table 9-10. */
export const CONFIG_DESCRIPTOR_SIZE = 9;
/** Bytes of an interface descriptor. Source: USB 2.0 Table 9-12. */
export const INTERFACE_DESCRIPTOR_SIZE = 9;
/** Bytes of an endpoint descriptor. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_DESCRIPTOR_SIZE = 7;
/** Bytes of an audio endpoint descriptor. Source: USB Audio 1.0 §4.6.1.1. */
export const AUDIO_ENDPOINT_DESCRIPTOR_SIZE = 9;
/** Bytes of an interface association descriptor. Source: USB 3.2 Table 9-16. */
export const INTERFACE_ASSOCIATION_DESCRIPTOR_SIZE = 8;
/** Bytes of a SuperSpeed endpoint companion. Source: USB 3.2 Table 9-27. */
export const SS_ENDPOINT_COMPANION_DESCRIPTOR_SIZE = 6;
/** Bytes of a BOS descriptor alone. Source: USB 3.2 Table 9-12. */
export const BOS_DESCRIPTOR_SIZE = 5;
/** Bytes that every device capability has. Source: USB 3.2 §9.6.2, Table 9-13. */
export const DEVICE_CAPABILITY_HEADER_SIZE = 3;
/** Most endpoints of one alternate setting: 15 numbers in two directions. Source: USB 2.0 §9.6.6, bEndpointAddress. */
export const MAX_ENDPOINTS = 30;
/** Most bytes of a descriptor set: `wTotalLength` has 16 bits. Source: USB 2.0 Table 9-10. */
export const MAX_TOTAL_LENGTH = 0xffff;
/** Most bytes of a string descriptor that hold whole UTF-16 units: `bLength` has 8 bits. Source: USB 2.0 §9.6.7. */
export const MAX_STRING_LENGTH = 254;

// Device capabilities.
/** USB 2.0 extension. Source: USB 3.2 Table 9-14. */
export const CAPABILITY_USB_20_EXTENSION = 0x02;
/** SuperSpeed USB. Source: USB 3.2 Table 9-14. */
export const CAPABILITY_SUPERSPEED_USB = 0x03;
/** Container id. Source: USB 3.2 Table 9-14. */
export const CAPABILITY_CONTAINER_ID = 0x04;
/** Platform. Source: USB 3.2 Table 9-14. */
export const CAPABILITY_PLATFORM = 0x05;
/** SuperSpeedPlus. Source: USB 3.2 Table 9-14. */
export const CAPABILITY_SUPERSPEED_PLUS = 0x0a;

// Endpoint addresses and attributes.
/** Direction bit of an endpoint that sends to the host. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_IN = 0x80;
/** Direction bit of an endpoint that receives from the host. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_OUT = 0x00;
/** Endpoint number in `bEndpointAddress`. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_ADDRESS_MASK = 0x0f;
/** Direction in `bEndpointAddress`. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_DIR_MASK = 0x80;
/** Transfer type in `bmAttributes` of an endpoint. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_TYPE_MASK = 0x03;
/** Control endpoint. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_TYPE_CTRL = 0x00;
/** Isochronous endpoint. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_TYPE_ISO = 0x01;
/** Bulk endpoint. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_TYPE_BULK = 0x02;
/** Interrupt endpoint. Source: USB 2.0 Table 9-13. */
export const ENDPOINT_TYPE_INTR = 0x03;

// bmAttributes of a configuration.
/** The device has a supply of its own. Source: USB 2.0 Table 9-10. */
export const CONFIG_SELF_POWERED = 0x40;
/** The device can wake the host. Source: USB 2.0 Table 9-10. */
export const CONFIG_REMOTE_WAKEUP = 0x20;

// bmRequestType.
/** Data goes to the device. Source: USB 2.0 Table 9-2. */
export const CTRL_OUT = 0x00;
/** Data comes from the device. Source: USB 2.0 Table 9-2. */
export const CTRL_IN = 0x80;
/** Request of the USB specification. Source: USB 2.0 Table 9-2. */
export const CTRL_TYPE_STANDARD = 0x00;
/** Request of a device class. Source: USB 2.0 Table 9-2. */
export const CTRL_TYPE_CLASS = 0x20;
/** Request of a vendor. Source: USB 2.0 Table 9-2. */
export const CTRL_TYPE_VENDOR = 0x40;
/** Reserved. Source: USB 2.0 Table 9-2. */
export const CTRL_TYPE_RESERVED = 0x60;
/** Request to the device. Source: USB 2.0 Table 9-2. */
export const CTRL_RECIPIENT_DEVICE = 0;
/** Request to an interface, whose number is the low byte of `wIndex`. Source: USB 2.0 Table 9-2. */
export const CTRL_RECIPIENT_INTERFACE = 1;
/** Request to an endpoint, whose address is the low byte of `wIndex`. Source: USB 2.0 Table 9-2. */
export const CTRL_RECIPIENT_ENDPOINT = 2;
/** Request to something else. Source: USB 2.0 Table 9-2. */
export const CTRL_RECIPIENT_OTHER = 3;
/** Direction in `bmRequestType`. Source: USB 2.0 Table 9-2. */
export const CTRL_DIR_MASK = 0x80;
/** Type in `bmRequestType`. Source: USB 2.0 Table 9-2. */
export const CTRL_TYPE_MASK = 0x60;
/** Recipient in `bmRequestType`. Source: USB 2.0 Table 9-2. */
export const CTRL_RECIPIENT_MASK = 0x1f;

// Standard requests.
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_GET_STATUS = 0x00;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_CLEAR_FEATURE = 0x01;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_SET_FEATURE = 0x03;
/** Standard request; the host's system alone sends it. Source: USB 2.0 Table 9-4. */
export const REQ_SET_ADDRESS = 0x05;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_GET_DESCRIPTOR = 0x06;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_SET_DESCRIPTOR = 0x07;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_GET_CONFIGURATION = 0x08;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_SET_CONFIGURATION = 0x09;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_GET_INTERFACE = 0x0a;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_SET_INTERFACE = 0x0b;
/** Standard request. Source: USB 2.0 Table 9-4. */
export const REQ_SYNCH_FRAME = 0x0c;
/** Standard request. Source: USB 3.2 Table 9-5. */
export const REQ_SET_SEL = 0x30;
/** Standard request. Source: USB 3.2 Table 9-5. */
export const REQ_SET_ISOCH_DELAY = 0x31;

// Feature selectors.
/** An endpoint is halted; recipient endpoint. Source: USB 2.0 Table 9-6. */
export const ENDPOINT_HALT = 0;
/** A function is suspended; recipient interface. Source: USB 3.2 Table 9-7. */
export const FUNCTION_SUSPEND = 0;
/** The device may wake the host; recipient device. Source: USB 2.0 Table 9-6. */
export const DEVICE_REMOTE_WAKEUP = 1;
/** The device may start U1; recipient device. Source: USB 3.2 Table 9-7. */
export const U1_ENABLE = 48;
/** The device may start U2; recipient device. Source: USB 3.2 Table 9-7. */
export const U2_ENABLE = 49;
/** The device may send latency tolerance messages; recipient device. Source: USB 3.2 Table 9-7. */
export const LTM_ENABLE = 50;

// Speeds, as libusb and PyUSB number them.
/** The system does not know. Source: libusb.h 1.0.27, enum libusb_speed. */
export const SPEED_UNKNOWN = 0;
/** Low speed, 1.5 Mbit/s. Source: libusb.h 1.0.27, enum libusb_speed. */
export const SPEED_LOW = 1;
/** Full speed, 12 Mbit/s. Source: libusb.h 1.0.27, enum libusb_speed. */
export const SPEED_FULL = 2;
/** High speed, 480 Mbit/s. Source: libusb.h 1.0.27, enum libusb_speed. */
export const SPEED_HIGH = 3;
/** SuperSpeed, 5 Gbit/s. Source: libusb.h 1.0.27, enum libusb_speed. */
export const SPEED_SUPER = 4;
/** SuperSpeedPlus, 10 Gbit/s. Source: libusb.h 1.0.27, enum libusb_speed. */
export const SPEED_SUPER_PLUS = 5;
/** SuperSpeedPlus on two lanes, 20 Gbit/s. Source: libusb.h 1.0.28, enum libusb_speed. */
export const SPEED_SUPER_PLUS_X2 = 6;

// Classes.
/** Each interface has its own class. Source: USB-IF defined class codes, base class 00h. */
export const CLASS_PER_INTERFACE = 0x00;
/** Audio. Source: USB-IF defined class codes, base class 01h. */
export const CLASS_AUDIO = 0x01;
/** Communications. Source: USB-IF defined class codes, base class 02h. */
export const CLASS_COMM = 0x02;
/** Human interface device. Source: USB-IF defined class codes, base class 03h. */
export const CLASS_HID = 0x03;
/** Physical. Source: USB-IF defined class codes, base class 05h. */
export const CLASS_PHYSICAL = 0x05;
/** Image. Source: USB-IF defined class codes, base class 06h. */
export const CLASS_IMAGE = 0x06;
/** Printer. Source: USB-IF defined class codes, base class 07h. */
export const CLASS_PRINTER = 0x07;
/** Mass storage. Source: USB-IF defined class codes, base class 08h. */
export const CLASS_MASS_STORAGE = 0x08;
/** Hub. Source: USB-IF defined class codes, base class 09h. */
export const CLASS_HUB = 0x09;
/** CDC data. Source: USB-IF defined class codes, base class 0Ah. */
export const CLASS_DATA = 0x0a;
/** Smart card. Source: USB-IF defined class codes, base class 0Bh. */
export const CLASS_SMART_CARD = 0x0b;
/** Content security. Source: USB-IF defined class codes, base class 0Dh. */
export const CLASS_CONTENT_SECURITY = 0x0d;
/** Video. Source: USB-IF defined class codes, base class 0Eh. */
export const CLASS_VIDEO = 0x0e;
/** Personal healthcare. Source: USB-IF defined class codes, base class 0Fh. */
export const CLASS_PERSONAL_HEALTHCARE = 0x0f;
/** Diagnostic device. Source: USB-IF defined class codes, base class DCh. */
export const CLASS_DIAGNOSTIC = 0xdc;
/** Wireless controller. Source: USB-IF defined class codes, base class E0h. */
export const CLASS_WIRELESS_CONTROLLER = 0xe0;
/** Miscellaneous. Source: USB-IF defined class codes, base class EFh. */
export const CLASS_MISCELLANEOUS = 0xef;
/** Application specific. Source: USB-IF defined class codes, base class FEh. */
export const CLASS_APPLICATION_SPECIFIC = 0xfe;
/** Vendor specific. Source: USB-IF defined class codes, base class FFh. */
export const CLASS_VENDOR_SPEC = 0xff;

/** Milliamperes of one step of `bMaxPower` up to high speed. Source: USB 2.0 Table 9-10. */
export const MAX_POWER_UNIT = 2;
/** Milliamperes of one step of `bMaxPower` at SuperSpeed. Source: USB 3.2 Table 9-22. */
export const MAX_POWER_UNIT_SUPERSPEED = 8;
