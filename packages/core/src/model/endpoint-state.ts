import type { TransferType } from "../contract/transfer.js";
import type { Endpoint } from "./endpoint.js";

/** An endpoint of a selected alternate setting, as the resource manager keeps it while that is selected. */
export interface EndpointState {
  /** `bEndpointAddress`; 0 for the control endpoint. */
  readonly address: number;
  readonly type: TransferType;
  /** The descriptor's object; `undefined` for the control endpoint. */
  readonly endpoint: Endpoint | undefined;
  /** `bInterfaceNumber`; -1 for the control endpoint. */
  readonly interfaceNumber: number;
  /** Transfers in flight. */
  pending: number;
  /** Whether a stream or sink holds it. */
  streaming: boolean;
  /** Settles when the large write that holds it has ended: what is written meanwhile would get in between. */
  line?: Promise<unknown> | undefined;
}
