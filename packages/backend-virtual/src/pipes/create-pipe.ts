import type { EndpointDeclaration } from "../declaration/endpoint.js";
import { packetSizeOf, periodOf } from "../descriptors/endpoint-bytes.js";
import { InPipe } from "./in-pipe.js";
import { IsoInPipe } from "./iso-in-pipe.js";
import { IsoOutPipe } from "./iso-out-pipe.js";
import { OutPipe } from "./out-pipe.js";
import type { PipeHost } from "./pipe-host.js";

/** The pipe of an endpoint besides endpoint 0. */
export type EndpointPipe = InPipe | OutPipe | IsoInPipe | IsoOutPipe;

/** Makes the pipe of an endpoint; `undefined` for a control endpoint, which nobody can speak to. */
export function createPipe(host: PipeHost, endpoint: EndpointDeclaration): EndpointPipe | undefined {
  const { speed = "high" } = host.device.declaration;
  const { type = "bulk" } = endpoint;
  const isIn = host.endpoint >= 0x80;
  const packetSize = packetSizeOf(endpoint, speed);
  if (type === "control") return undefined;
  if (type !== "isochronous")
    return isIn ? new InPipe(host, endpoint, packetSize) : new OutPipe(host, endpoint, packetSize);
  const period = periodOf(endpoint, speed);
  return isIn ? new IsoInPipe(host, endpoint, packetSize, period) : new IsoOutPipe(host, endpoint, period);
}
