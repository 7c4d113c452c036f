import type { Conduct } from "../behaviour/conduct.js";
import type { Records } from "../behaviour/records.js";
import type { VirtualDevice } from "../device.js";
import type { FrameClock } from "./frame-clock.js";

/** What a pipe knows of the device that it belongs to. */
export interface PipeHost {
  readonly device: VirtualDevice;
  /** `bEndpointAddress`; 0 for endpoint 0. */
  readonly endpoint: number;
  /** Latency and faults; without it there are none. */
  conduct: Conduct | undefined;
  /** What the host wrote. */
  readonly records: Records;
  readonly clock: FrameClock;
  /** Pulls the device. */
  readonly unplug: () => void;
}
