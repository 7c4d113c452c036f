/** Names of descriptor types, in PyUSB's words. Source: USB 2.0 Table 9-5; USB 3.2 Table 9-6. */
export const DESCRIPTOR_NAMES: ReadonlyMap<number, string> = new Map([
  [0x01, "Device"],
  [0x02, "Configuration"],
  [0x03, "String"],
  [0x04, "Interface"],
  [0x05, "Endpoint"],
  [0x06, "Device qualifier"],
  [0x07, "Other speed configuration"],
  [0x08, "Interface power"],
  [0x09, "OTG"],
  [0x0a, "Debug"],
  [0x0b, "Interface association"],
  [0x0c, "Security"],
  [0x0d, "Key"],
  [0x0e, "Encryption type"],
  [0x0f, "Binary device object store (BOS)"],
  [0x10, "Device capability"],
  [0x11, "Wireless endpoint companion"],
  [0x30, "SuperSpeed endpoint companion"],
]);

/** Names of `bDeviceClass`, in PyUSB's words. Source: USB-IF defined class codes. */
export const DEVICE_CLASS_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, "Specified at interface"],
  [0x02, "Communications Device"],
  [0x09, "Hub"],
  [0x0f, "Personal Healthcare Device"],
  [0xdc, "Diagnostic Device"],
  [0xe0, "Wireless Controller"],
  [0xef, "Miscellaneous"],
  [0xff, "Vendor-specific"],
]);

/** Names of `bInterfaceClass`, in PyUSB's words. Source: USB-IF defined class codes. */
export const INTERFACE_CLASS_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, "Reserved"],
  [0x01, "Audio"],
  [0x02, "CDC Communication"],
  [0x03, "Human Interface Device"],
  [0x05, "Physical"],
  [0x06, "Image"],
  [0x07, "Printer"],
  [0x08, "Mass Storage"],
  [0x09, "Hub"],
  [0x0a, "CDC Data"],
  [0x0b, "Smart Card"],
  [0x0d, "Content Security"],
  [0x0e, "Video"],
  [0x0f, "Personal Healthcare"],
  [0xdc, "Diagnostic Device"],
  [0xe0, "Wireless Controller"],
  [0xef, "Miscellaneous"],
  [0xfe, "Application Specific"],
  [0xff, "Vendor Specific"],
]);

/** Names of transfer types, by bits 1..0 of an endpoint's `bmAttributes`. Source: USB 2.0 Table 9-13. */
export const TRANSFER_TYPE_NAMES = ["Control", "Isochronous", "Bulk", "Interrupt"] as const;
