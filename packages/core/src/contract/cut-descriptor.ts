import { USBError } from "../errors.js";

/** Where an interface descriptor lies: positions in lists, from 0. */
export interface InterfacePosition {
  /** Position among the distinct `bInterfaceNumber`s, in order of first appearance. */
  readonly interfaceIndex: number;
  /** Position among that interface's alternate settings. */
  readonly alternateIndex: number;
}

/**
 * Cuts one alternate setting out of a configuration's bytes: its descriptor and all that follows up to the next one.
 *
 * @param configuration - As the device sent it; nothing in it is trusted.
 * @throws {@link USBError} `ENOENT` if there is no such interface or alternate setting.
 */
export function cutInterface(configuration: Uint8Array, position: InterfacePosition): Uint8Array {
  const starts = descriptorsIn(configuration).filter(({ type, length }) => type === INTERFACE && length >= 4);
  const numbers = [...new Set(starts.map(({ offset }) => configuration[offset + 2]))];
  const number = numbers[position.interfaceIndex];
  if (number === undefined) throw missing("interface", position.interfaceIndex, numbers.length);
  const alternates = starts.filter(({ offset }) => configuration[offset + 2] === number);
  const start = alternates[position.alternateIndex];
  if (start === undefined) throw missing("alternate setting", position.alternateIndex, alternates.length);
  return configuration.slice(start.offset, starts[starts.indexOf(start) + 1]?.offset ?? configuration.length);
}

/**
 * Cuts one endpoint out of an alternate setting's bytes: its descriptor and all that follows up to the next endpoint.
 *
 * @param alternateSetting - As {@link cutInterface} gives it.
 * @throws {@link USBError} `ENOENT` if there is no such endpoint.
 */
export function cutEndpoint(alternateSetting: Uint8Array, endpointIndex: number): Uint8Array {
  const starts = descriptorsIn(alternateSetting).filter(({ type }) => type === ENDPOINT);
  const start = starts[endpointIndex];
  if (start === undefined) throw missing("endpoint", endpointIndex, starts.length);
  return alternateSetting.slice(start.offset, starts[endpointIndex + 1]?.offset ?? alternateSetting.length);
}

// Source: USB 2.0 Table 9-5.
const INTERFACE = 0x04;
const ENDPOINT = 0x05;

interface Found {
  readonly offset: number;
  readonly type: number;
  readonly length: number;
}

/** Walks by `bLength`; ends at the first descriptor that is no descriptor, or does not fit. */
function descriptorsIn(bytes: Uint8Array): Found[] {
  const found: Found[] = [];
  for (let offset = 0; offset + 2 <= bytes.length; ) {
    const length = bytes[offset] ?? 0;
    if (length < 2 || offset + length > bytes.length) break;
    found.push({ offset, type: bytes[offset + 1] ?? 0, length });
    offset += length;
  }
  return found;
}

function missing(what: string, index: number, count: number): USBError {
  return new USBError(`no ${what} at index ${index}: there are ${count}`, { code: "ENOENT" });
}
