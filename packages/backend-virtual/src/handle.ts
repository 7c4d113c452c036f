import type { BackendHandle } from "@tsusb/core/backend";
import type { VirtualTransfer } from "./pipes/virtual-transfer.js";
import type { PluggedDevice } from "./plugged-device.js";

/** An open virtual device. */
export class VirtualHandle implements BackendHandle {
  readonly device: PluggedDevice;
  /** Transfers in flight. */
  readonly pending = new Set<VirtualTransfer>();
  isOpen = true;

  constructor(device: PluggedDevice) {
    this.device = device;
  }

  /** Cancels what is in flight, waits for it, gives interfaces back. */
  async close(): Promise<void> {
    this.isOpen = false;
    const pending = [...this.pending];
    for (const transfer of pending) transfer.cancel();
    await Promise.allSettled(pending.map(({ done }) => done));
    for (const [interfaceNumber, holder] of this.device.claims)
      if (holder === this) this.release(interfaceNumber);
  }

  /** Gives one interface back; the system selects alternate setting 0 if another one is selected. */
  release(interfaceNumber: number): void {
    this.device.claims.delete(interfaceNumber);
    if (this.device.alternates.get(interfaceNumber) !== 0) this.device.selectAlternate(interfaceNumber, 0);
  }
}
