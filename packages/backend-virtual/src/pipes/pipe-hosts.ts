import { Conduct } from "../behaviour/conduct.js";
import { canHave, FAULTS } from "../behaviour/faults.js";
import { recordsOf } from "../behaviour/records.js";
import type { Fault } from "../declaration/conduct.js";
import type { EndpointDeclaration } from "../declaration/endpoint.js";
import type { VirtualDevice } from "../device.js";
import { hex } from "../errors.js";
import type { FrameClock } from "./frame-clock.js";
import type { PipeHost } from "./pipe-host.js";

/** What {@link PipeHosts} must know of an endpoint. */
export type HostedEndpoint = Pick<EndpointDeclaration, "bEndpointAddress" | "type" | "latency" | "faults">;

/** Endpoint 0, whose latency and faults are the device's. */
export const ENDPOINT_ZERO: HostedEndpoint = { bEndpointAddress: 0, type: "control" };

/** The hosts of one stay on a bus: an endpoint keeps its latency and faults however often it is selected. */
export class PipeHosts {
  readonly #hosts = new Map<string, PipeHost>();
  readonly #device: VirtualDevice;
  readonly #clock: FrameClock;
  readonly #unplug: () => void;

  constructor(device: VirtualDevice, clock: FrameClock, unplug: () => void) {
    this.#device = device;
    this.#clock = clock;
    this.#unplug = unplug;
  }

  /** Gives the host of an endpoint. */
  of(endpoint: HostedEndpoint): PipeHost {
    const { bEndpointAddress, type = "bulk" } = endpoint;
    const key = `${type} ${bEndpointAddress}`;
    let host = this.#hosts.get(key);
    if (host === undefined) {
      const isDeclared = [endpoint, this.#device.declaration].some(
        ({ latency, faults }) => latency !== undefined || faults !== undefined,
      );
      host = {
        device: this.#device,
        endpoint: bEndpointAddress,
        conduct: isDeclared ? this.#conduct(endpoint) : undefined,
        records: recordsOf(this.#device),
        clock: this.#clock,
        unplug: this.#unplug,
      };
      this.#hosts.set(key, host);
    }
    return host;
  }

  /** Puts faults before an endpoint's next transfers. @throws RangeError for one that it cannot have. */
  inject(endpoint: HostedEndpoint, faults: readonly (Fault | undefined)[]): void {
    const { bEndpointAddress, type = "bulk" } = endpoint;
    const possible = FAULTS.filter((fault) => canHave({ type, isIn: bEndpointAddress >= 0x80 }, fault));
    for (const fault of faults)
      if (fault !== undefined && !possible.includes(fault))
        throw new RangeError(
          `${JSON.stringify(fault)} cannot happen to ${type} endpoint ${hex(bEndpointAddress)}; there are ${possible.join(", ")}`,
        );
    const host = this.of(endpoint);
    host.conduct ??= this.#conduct(endpoint);
    host.conduct.script(faults);
  }

  #conduct({ bEndpointAddress, type = "bulk", latency, faults }: HostedEndpoint): Conduct {
    const { declaration } = this.#device;
    return new Conduct({
      endpoint: bEndpointAddress,
      type,
      isIn: bEndpointAddress >= 0x80,
      latency: latency ?? declaration.latency,
      faults: faults ?? declaration.faults,
    });
  }
}
