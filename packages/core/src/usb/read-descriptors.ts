import { AUDIO_ENDPOINT_DESCRIPTOR_SIZE } from "./constants.js";
import type {
  EndpointDescriptor,
  InterfaceAssociationDescriptor,
  InterfaceDescriptor,
  RawDescriptor,
  SuperSpeedEndpointCompanionDescriptor,
} from "./descriptors.js";
import { byteAt, wordAt } from "./little-endian.js";

/** Reads the fields of an interface descriptor (USB 2.0 Table 9-12); the caller fills the two lists. */
export function readInterface(
  bytes: Uint8Array,
  endpoints: readonly EndpointDescriptor[],
  extraDescriptors: readonly RawDescriptor[],
): InterfaceDescriptor {
  return {
    bLength: byteAt(bytes, 0),
    bDescriptorType: byteAt(bytes, 1),
    bInterfaceNumber: byteAt(bytes, 2),
    bAlternateSetting: byteAt(bytes, 3),
    bNumEndpoints: byteAt(bytes, 4),
    bInterfaceClass: byteAt(bytes, 5),
    bInterfaceSubClass: byteAt(bytes, 6),
    bInterfaceProtocol: byteAt(bytes, 7),
    iInterface: byteAt(bytes, 8),
    endpoints,
    extraDescriptors,
  };
}

/** Reads the fields of an endpoint descriptor (USB 2.0 Table 9-13), audio's two included where they are. */
export function readEndpoint(
  bytes: Uint8Array,
  extraDescriptors: readonly RawDescriptor[],
): EndpointDescriptor {
  const isAudio = bytes[0] === AUDIO_ENDPOINT_DESCRIPTOR_SIZE;
  return {
    bLength: byteAt(bytes, 0),
    bDescriptorType: byteAt(bytes, 1),
    bEndpointAddress: byteAt(bytes, 2),
    bmAttributes: byteAt(bytes, 3),
    wMaxPacketSize: wordAt(bytes, 4),
    bInterval: byteAt(bytes, 6),
    bRefresh: isAudio ? byteAt(bytes, 7) : 0,
    bSynchAddress: isAudio ? byteAt(bytes, 8) : 0,
    ssCompanion: undefined,
    extraDescriptors,
  };
}

/** Reads the fields of a SuperSpeed endpoint companion (USB 3.2 Table 9-27). */
export function readCompanion(bytes: Uint8Array): SuperSpeedEndpointCompanionDescriptor {
  return {
    bLength: byteAt(bytes, 0),
    bDescriptorType: byteAt(bytes, 1),
    bMaxBurst: byteAt(bytes, 2),
    bmAttributes: byteAt(bytes, 3),
    wBytesPerInterval: wordAt(bytes, 4),
  };
}

/** Reads the fields of an interface association descriptor (USB 3.2 §9.6.4). */
export function readInterfaceAssociation(bytes: Uint8Array): InterfaceAssociationDescriptor {
  return {
    bLength: byteAt(bytes, 0),
    bDescriptorType: byteAt(bytes, 1),
    bFirstInterface: byteAt(bytes, 2),
    bInterfaceCount: byteAt(bytes, 3),
    bFunctionClass: byteAt(bytes, 4),
    bFunctionSubClass: byteAt(bytes, 5),
    bFunctionProtocol: byteAt(bytes, 6),
    iFunction: byteAt(bytes, 7),
  };
}
