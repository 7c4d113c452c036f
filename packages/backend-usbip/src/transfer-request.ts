import type { ControlSetup, TransferRequest } from "@tsusb/core/backend";
import type { PacketPlace, SubmitCommand } from "./command.js";
import type { EndpointPlace } from "./configuration-map.js";
import { isIn } from "./outcome.js";
import { USBIP_URB_ZERO_PACKET } from "./protocol.js";

/** Makes a backend's request of a command; `undefined` if what the command says of itself does not fit together. */
export function transferRequestOf(
  command: SubmitCommand,
  place: EndpointPlace | undefined,
  setup: ControlSetup,
): TransferRequest | undefined {
  const isControl = (command.endpoint & 0x0f) === 0;
  if (isControl) return controlRequest(command, setup);
  if (place === undefined || place.type === "control") return undefined;
  const isIsochronous = place.type === "isochronous";
  if (isIsochronous !== (command.packets !== undefined)) return undefined;
  if (command.packets !== undefined) return isoRequest(command, command.packets);
  const { type } = place;
  const { endpoint, length, data } = command;
  if (data === undefined) return { type, endpoint, length, timeout: 0 };
  const zeroPacket = (command.transferFlags & USBIP_URB_ZERO_PACKET) !== 0;
  return { type, endpoint, data, timeout: 0, ...(zeroPacket && { zeroPacket }) };
}

/** A request without data has no direction of its own: Linux sends it as OUT, whatever its setup packet says. */
function controlRequest(command: SubmitCommand, setup: ControlSetup): TransferRequest | undefined {
  const { length, packets } = command;
  const inward = (setup.bmRequestType & 0x80) !== 0;
  if (packets !== undefined || setup.wLength !== length) return undefined;
  if (length > 0 && inward !== isIn(command)) return undefined;
  const bytes = inward ? { length } : { data: command.data ?? new Uint8Array(0) };
  return { type: "control", endpoint: 0, setup, timeout: 0, ...bytes };
}

function isoRequest(command: SubmitCommand, places: readonly PacketPlace[]): TransferRequest {
  const { endpoint, data } = command;
  const packetLengths = places.map(({ length }) => length);
  const common = { type: "isochronous", endpoint, packetLengths, timeout: 0 } as const;
  if (data === undefined)
    return { ...common, length: packetLengths.reduce((sum, length) => sum + length, 0) };
  return { ...common, data: gather(data, places) };
}

/** The bytes of the packets one after the other; without a copy where they lie so, as Linux has them. */
function gather(data: Uint8Array, places: readonly PacketPlace[]): Uint8Array {
  let end = 0;
  for (const { offset, length } of places) {
    if (offset !== end)
      return Buffer.concat(places.map((each) => data.subarray(each.offset, each.offset + each.length)));
    end += length;
  }
  return data.subarray(0, end);
}
