/** One alternate setting, as far as transfers need it. */
export interface AlternateSetting {
  readonly interfaceNumber: number;
  readonly alternateSetting: number;
  /** `wMaxPacketSize` in bytes by `bEndpointAddress`, without the bits of additional transactions. */
  readonly endpoints: ReadonlyMap<number, number>;
}

/** One configuration, as far as claims need it. */
export interface ConfigurationOutline {
  /** `bConfigurationValue`. */
  readonly value: number;
  /** `bNumInterfaces`, as the device says it. */
  readonly interfaceCount: number;
  readonly alternates: readonly AlternateSetting[];
}

/** Descriptor types. Source: USB 2.0 Table 9-5. */
const INTERFACE = 4;
const ENDPOINT = 5;

/**
 * Reads what OpenUSB does not find out by itself: which interface an endpoint belongs to. Lengths that lie end the
 * reading early, and never lead beyond the end.
 */
export function outlineOf(configuration: Uint8Array): ConfigurationOutline {
  const at = (offset: number) => configuration[offset] ?? 0;
  const alternates: AlternateSetting[] = [];
  let endpoints = new Map<number, number>();
  for (let offset = 0; at(offset) >= 2; offset += at(offset)) {
    const type = at(offset + 1);
    if (type === INTERFACE) {
      endpoints = new Map();
      alternates.push({
        interfaceNumber: at(offset + 2),
        alternateSetting: at(offset + 3),
        endpoints,
      });
    } else if (type === ENDPOINT) {
      // Source: USB 2.0 Table 9-13: bits 10..0 are the size.
      endpoints.set(at(offset + 2), (at(offset + 4) | (at(offset + 5) << 8)) & 0x7ff);
    }
  }
  return { value: at(5), interfaceCount: at(4), alternates };
}
