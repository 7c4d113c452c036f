import type { EndpointLogic } from "../declaration/endpoint.js";
import type { VirtualDevice } from "../device.js";
import { IsoPipe, type Schedule } from "./iso-pipe.js";
import type { IsoTransfer } from "./iso-transfer.js";

/** An isochronous OUT endpoint: each period brings one packet; what the device does not take is lost. */
export class IsoOutPipe extends IsoPipe {
  readonly #logic: EndpointLogic;
  readonly #device: VirtualDevice;

  constructor(device: VirtualDevice, logic: EndpointLogic, schedule: Schedule) {
    super(schedule);
    this.#device = device;
    this.#logic = logic;
  }

  protected override movePacket(transfer: IsoTransfer): void {
    try {
      this.#logic.receive?.(transfer.nextData, this.#device);
      transfer.sent("completed");
    } catch (error) {
      transfer.fail(error);
    }
  }
}
