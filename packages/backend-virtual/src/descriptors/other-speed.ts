import {
  DESC_TYPE_DEVICE_QUALIFIER,
  DESC_TYPE_OTHER_SPEED_CONFIGURATION,
  type TransferType,
} from "@tsusb/core/backend";
import type { ConfigurationDeclaration } from "../declaration/configuration.js";
import type { EndpointDeclaration } from "../declaration/endpoint.js";

/** Largest packet at full speed. Source: USB 2.0 §5.5.3, §5.6.3, §5.7.3, §5.8.3. */
const FULL_SPEED_PACKET: Readonly<Record<TransferType, number>> = {
  control: 64,
  isochronous: 1023,
  bulk: 64,
  interrupt: 64,
};

/** Makes the device qualifier of a high-speed device. Source: USB 2.0 §9.6.2, Table 9-9. */
export function qualifierBytes(device: Uint8Array): Uint8Array {
  // bcdUSB, the class triple and bMaxPacketSize0 are those of the device descriptor, and stand in the same places.
  return Uint8Array.of(10, DESC_TYPE_DEVICE_QUALIFIER, ...device.subarray(2, 8), device[17] ?? 0, 0);
}

/** Makes a configuration's bytes those of the other speed. Source: USB 2.0 §9.6.4. */
export function asOtherSpeed(configuration: Uint8Array): Uint8Array {
  const bytes = configuration.slice();
  bytes[1] = DESC_TYPE_OTHER_SPEED_CONFIGURATION;
  return bytes;
}

/** What a high-speed configuration is at full speed: smaller packets, longer intervals. */
export function atFullSpeed(configuration: ConfigurationDeclaration): ConfigurationDeclaration {
  return {
    ...configuration,
    interfaces: configuration.interfaces.map((each) => ({
      ...each,
      alternates: each.alternates.map((alternate) => ({
        ...alternate,
        endpoints: alternate.endpoints?.map(endpointAtFullSpeed),
      })),
    })),
  };
}

function endpointAtFullSpeed(endpoint: EndpointDeclaration): EndpointDeclaration {
  const { type = "bulk", wMaxPacketSize, bInterval } = endpoint;
  const most = FULL_SPEED_PACKET[type];
  return {
    ...endpoint,
    transactions: undefined,
    companion: undefined,
    wMaxPacketSize: wMaxPacketSize === undefined ? undefined : Math.min(wMaxPacketSize & 0x7ff, most),
    bInterval: bInterval === undefined ? undefined : intervalAtFullSpeed(type, bInterval),
  };
}

/** Eight microframes are a frame; full-speed interrupt endpoints count frames as they are. Source: USB 2.0 §9.6.6. */
function intervalAtFullSpeed(type: TransferType, bInterval: number): number {
  if (type === "isochronous") return Math.max(1, bInterval - 3);
  if (type !== "interrupt") return 0;
  return Math.min(255, Math.max(1, 2 ** (bInterval - 4)));
}
