/** A descriptor that core does not parse, kept as it came: class-specific, vendor-specific or new. */
export interface RawDescriptor {
  /** Second byte; 0 where fewer than two bytes were left. */
  readonly bDescriptorType: number;
  /** All bytes, with `bLength` and `bDescriptorType`. */
  readonly bytes: Uint8Array;
}

/** A fault found in descriptors; what is sound is there all the same. */
export interface DescriptorWarning {
  /** Which kind of fault. */
  readonly code:
    | "too-short"
    | "too-long"
    | "zero-length"
    | "wrong-type"
    | "truncated"
    | "count-mismatch"
    | "duplicate"
    | "orphan"
    | "bad-value"
    | "unreadable";
  /** Where it is: bytes from the start of the descriptor set that `source` names. */
  readonly offset: number;
  /** The set: `"device"`, `"configuration 0"` (an index), `"bos"`, `"string 3"`. */
  readonly source: string;
  /** What is wrong, with the values. */
  readonly message: string;
}

/** Device descriptor (USB 2.0 §9.6.1, Table 9-8). */
export interface DeviceDescriptor {
  /** Bytes that the descriptor says it has. */
  readonly bLength: number;
  /** Descriptor type, one of `DESC_TYPE_*`. */
  readonly bDescriptorType: number;
  /** Release of the USB specification, binary-coded decimal: 0x0200 is 2.0. */
  readonly bcdUSB: number;
  /** Class code; 0 leaves it to the interfaces. */
  readonly bDeviceClass: number;
  /** Subclass, whose meaning depends on the class. */
  readonly bDeviceSubClass: number;
  /** Protocol, whose meaning depends on class and subclass. */
  readonly bDeviceProtocol: number;
  /** Bytes; at SuperSpeed the exponent of two. */
  readonly bMaxPacketSize0: number;
  /** Vendor id, as the USB-IF assigned it. */
  readonly idVendor: number;
  /** Product id, as the vendor chose it. */
  readonly idProduct: number;
  /** Release of the device, binary-coded decimal. */
  readonly bcdDevice: number;
  /** Index of the manufacturer string, 0 = none. */
  readonly iManufacturer: number;
  /** Index of the product string, 0 = none. */
  readonly iProduct: number;
  /** Index of the serial number string, 0 = none. */
  readonly iSerialNumber: number;
  /** How many configurations there are, as the device says. */
  readonly bNumConfigurations: number;
}

/** Configuration descriptor (USB 2.0 §9.6.3, Table 9-10), with what it holds. */
export interface ConfigurationDescriptor {
  /** Bytes that the descriptor says it has. */
  readonly bLength: number;
  /** Descriptor type, one of `DESC_TYPE_*`. */
  readonly bDescriptorType: number;
  /** Bytes of the whole set, as the device says. */
  readonly wTotalLength: number;
  /** How many interfaces there are, as the device says; alternate settings do not count. */
  readonly bNumInterfaces: number;
  /** Value that selects this configuration. */
  readonly bConfigurationValue: number;
  /** Index of the configuration's string, 0 = none. */
  readonly iConfiguration: number;
  /** Bit 6 self powered, bit 5 remote wakeup. */
  readonly bmAttributes: number;
  /** In steps of 2 mA, at SuperSpeed of 8 mA. */
  readonly bMaxPower: number;
  /** Every alternate setting of every interface, in the device's order. */
  readonly interfaces: readonly InterfaceDescriptor[];
  /** Interface association descriptors, in the device's order. */
  readonly interfaceAssociations: readonly InterfaceAssociationDescriptor[];
  /** Descriptors between the configuration's and the first interface's that core does not parse. */
  readonly extraDescriptors: readonly RawDescriptor[];
  /** All bytes of the set, as they came. */
  readonly bytes: Uint8Array;
}

/** Interface descriptor (USB 2.0 §9.6.5, Table 9-12): one alternate setting. */
export interface InterfaceDescriptor {
  /** Bytes that the descriptor says it has. */
  readonly bLength: number;
  /** Descriptor type, one of `DESC_TYPE_*`. */
  readonly bDescriptorType: number;
  /** Number of the interface within its configuration. */
  readonly bInterfaceNumber: number;
  /** Value that selects this alternate setting. */
  readonly bAlternateSetting: number;
  /** How many endpoints there are, as the device says; endpoint 0 does not count. */
  readonly bNumEndpoints: number;
  /** Class code. */
  readonly bInterfaceClass: number;
  /** Subclass, whose meaning depends on the class. */
  readonly bInterfaceSubClass: number;
  /** Protocol, whose meaning depends on class and subclass. */
  readonly bInterfaceProtocol: number;
  /** Index of the interface's string, 0 = none. */
  readonly iInterface: number;
  /** Endpoints, in the device's order. */
  readonly endpoints: readonly EndpointDescriptor[];
  /** Descriptors between the interface's and its first endpoint's that core does not parse. */
  readonly extraDescriptors: readonly RawDescriptor[];
}

/** Endpoint descriptor (USB 2.0 §9.6.6, Table 9-13; the last two fields: USB Audio 1.0 §4.6.1.1). */
export interface EndpointDescriptor {
  /** Bytes that the descriptor says it has. */
  readonly bLength: number;
  /** Descriptor type, one of `DESC_TYPE_*`. */
  readonly bDescriptorType: number;
  /** Number in bits 3..0, direction in bit 7 (1 = IN). */
  readonly bEndpointAddress: number;
  /** Transfer type in bits 1..0. */
  readonly bmAttributes: number;
  /** Bytes in bits 10..0; additional transactions a microframe in bits 12..11. */
  readonly wMaxPacketSize: number;
  /** Polling interval, in frames or as an exponent, by speed and type. */
  readonly bInterval: number;
  /** Audio only, else 0. */
  readonly bRefresh: number;
  /** Audio only, else 0. */
  readonly bSynchAddress: number;
  /** SuperSpeed companion, if one follows. */
  readonly ssCompanion: SuperSpeedEndpointCompanionDescriptor | undefined;
  /** Descriptors behind this endpoint that core does not parse. */
  readonly extraDescriptors: readonly RawDescriptor[];
}

/** SuperSpeed endpoint companion descriptor (USB 3.2 §9.6.7, Table 9-27). */
export interface SuperSpeedEndpointCompanionDescriptor {
  /** Bytes that the descriptor says it has. */
  readonly bLength: number;
  /** Descriptor type, one of `DESC_TYPE_*`. */
  readonly bDescriptorType: number;
  /** Packets a burst, less one. */
  readonly bMaxBurst: number;
  /** Bulk: exponent of the number of streams in bits 4..0. Isochronous: Mult in bits 1..0. */
  readonly bmAttributes: number;
  /** Bytes a service interval, periodic endpoints only. */
  readonly wBytesPerInterval: number;
}

/** Interface association descriptor (USB 3.2 §9.6.4, Table 9-23). */
export interface InterfaceAssociationDescriptor {
  /** Bytes that the descriptor says it has. */
  readonly bLength: number;
  /** Descriptor type, one of `DESC_TYPE_*`. */
  readonly bDescriptorType: number;
  /** `bInterfaceNumber` of the first interface of the function. */
  readonly bFirstInterface: number;
  /** How many interfaces, numbered without a gap, the function has. */
  readonly bInterfaceCount: number;
  /** Class code of the function. */
  readonly bFunctionClass: number;
  /** Subclass of the function. */
  readonly bFunctionSubClass: number;
  /** Protocol of the function. */
  readonly bFunctionProtocol: number;
  /** Index of the function's string, 0 = none. */
  readonly iFunction: number;
}

/** Binary device object store (USB 3.2 §9.6.2). */
export interface BOSDescriptor {
  /** Bytes that the descriptor says it has. */
  readonly bLength: number;
  /** Descriptor type, one of `DESC_TYPE_*`. */
  readonly bDescriptorType: number;
  /** Bytes of the whole set, as the device says. */
  readonly wTotalLength: number;
  /** How many capabilities there are, as the device says. */
  readonly bNumDeviceCaps: number;
  /** Capabilities, in the device's order. */
  readonly capabilities: readonly DeviceCapability[];
  /** What was wrong with the bytes; empty if nothing. */
  readonly warnings: readonly DescriptorWarning[];
  /** All bytes, as they came. */
  readonly bytes: Uint8Array;
}

/** What every device capability has (USB 3.2 §9.6.2, Table 9-13). */
export interface DeviceCapabilityHeader {
  /** Bytes that the descriptor says it has. */
  readonly bLength: number;
  /** Descriptor type, one of `DESC_TYPE_*`. */
  readonly bDescriptorType: number;
  /** Capability type, one of `CAPABILITY_*`. */
  readonly bDevCapabilityType: number;
  /** All bytes of this capability. */
  readonly bytes: Uint8Array;
}

/** One device capability; `kind` tells which. A type that core does not know is `"unknown"`. */
export type DeviceCapability =
  | Usb20ExtensionCapability
  | SuperSpeedCapability
  | SuperSpeedPlusCapability
  | ContainerIdCapability
  | PlatformCapability
  | UnknownCapability;

/** USB 2.0 extension (USB 3.2 §9.6.2.1). */
export interface Usb20ExtensionCapability extends DeviceCapabilityHeader {
  /** Tells the kinds of capability apart. */
  readonly kind: "usb20Extension";
  /** Bit 1: link power management. */
  readonly bmAttributes: number;
}

/** SuperSpeed USB device capability (USB 3.2 §9.6.2.2). */
export interface SuperSpeedCapability extends DeviceCapabilityHeader {
  /** Tells the kinds of capability apart. */
  readonly kind: "superSpeed";
  /** Bit 1: latency tolerance messages. */
  readonly bmAttributes: number;
  /** Bits 0..3: low, full, high, super. */
  readonly wSpeedsSupported: number;
  /** Lowest speed with all functions, as a bit number of the field before. */
  readonly bFunctionalitySupport: number;
  /** Microseconds. */
  readonly bU1DevExitLat: number;
  /** Microseconds. */
  readonly wU2DevExitLat: number;
}

/** SuperSpeedPlus USB device capability (USB 3.2 §9.6.2.5). */
export interface SuperSpeedPlusCapability extends DeviceCapabilityHeader {
  /** Tells the kinds of capability apart. */
  readonly kind: "superSpeedPlus";
  /** Bits 4..0: sublink speed attributes, less one; bits 8..5: sublink speed ids, less one. */
  readonly bmAttributes: number;
  /** Bits 3..0: sublink speed id of the lowest full-function speed; bits 11..8 and 15..12: fewest lanes in and out. */
  readonly wFunctionalitySupport: number;
  /** Sublink speed attributes, 32 bits each. */
  readonly bmSublinkSpeedAttr: readonly number[];
}

/** Container id (USB 3.2 §9.6.2.3). */
export interface ContainerIdCapability extends DeviceCapabilityHeader {
  /** Tells the kinds of capability apart. */
  readonly kind: "containerId";
  /** The UUID in its usual text form, lower case. */
  readonly containerId: string;
}

/** Platform capability (USB 3.2 §9.6.2.4): WebUSB, MS OS 2.0 and others. */
export interface PlatformCapability extends DeviceCapabilityHeader {
  /** Tells the kinds of capability apart. */
  readonly kind: "platform";
  /** The UUID in its usual text form, lower case. */
  readonly platformCapabilityUUID: string;
  /** What follows the UUID. */
  readonly capabilityData: Uint8Array;
}

/** A capability whose type core does not know, or whose length does not fit its type. */
export interface UnknownCapability extends DeviceCapabilityHeader {
  /** Tells the kinds of capability apart. */
  readonly kind: "unknown";
}
