import { receiverOf } from "../behaviour/receiver.js";
import type { Fault } from "../declaration/conduct.js";
import type { EndpointLogic, ReceiveHandler } from "../declaration/endpoint.js";
import { IsoPipe } from "./iso-pipe.js";
import type { IsoTransfer } from "./iso-transfer.js";
import type { PipeHost } from "./pipe-host.js";

/** An isochronous OUT endpoint: each period brings one packet; what the device does not take is lost. */
export class IsoOutPipe extends IsoPipe {
  readonly #receive: ReceiveHandler | undefined;

  constructor(host: PipeHost, logic: EndpointLogic, period: number) {
    super(host, period);
    this.#receive = receiverOf(host.endpoint, logic);
  }

  protected override movePacket(transfer: IsoTransfer, fault: Fault | undefined): void {
    if (fault === "error") {
      transfer.sent("error");
      return;
    }
    const data = transfer.nextData;
    this.host.records.addWrite(this.host.endpoint, data);
    transfer.sent("completed");
    if (fault === "drop") return;
    try {
      const taken = this.#receive?.(data, this.host.device);
      if (taken instanceof Promise) taken.catch((error: unknown) => transfer.fail(error));
    } catch (error) {
      transfer.fail(error);
    }
  }
}
