import type { EndpointDeclaration } from "../declaration/endpoint.js";
import { packetSizeOf, periodOf } from "../descriptors/endpoint-bytes.js";
import type { VirtualDevice } from "../device.js";
import type { FrameClock } from "./frame-clock.js";
import { InPipe } from "./in-pipe.js";
import { IsoInPipe } from "./iso-in-pipe.js";
import { IsoOutPipe } from "./iso-out-pipe.js";
import { OutPipe } from "./out-pipe.js";

/** The pipe of an endpoint besides endpoint 0. */
export type EndpointPipe = InPipe | OutPipe | IsoInPipe | IsoOutPipe;

/** Makes the pipe of an endpoint; `undefined` for a control endpoint, which nobody can speak to. */
export function createPipe(
  device: VirtualDevice,
  endpoint: EndpointDeclaration,
  clock: FrameClock,
): EndpointPipe | undefined {
  const { speed = "high" } = device.declaration;
  const packetSize = packetSizeOf(endpoint, speed);
  const isIn = endpoint.bEndpointAddress >= 0x80;
  if (endpoint.type === "control") return undefined;
  if (endpoint.type !== "isochronous")
    return isIn ? new InPipe(device, endpoint, packetSize) : new OutPipe(device, endpoint, packetSize);
  const schedule = { clock, period: periodOf(endpoint, speed) };
  return isIn
    ? new IsoInPipe(device, endpoint, packetSize, schedule)
    : new IsoOutPipe(device, endpoint, schedule);
}
