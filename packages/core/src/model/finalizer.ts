import type { IBackend } from "../contract/backend.js";
import type { HandleBox } from "./device-life.js";
import type { ResourceManager } from "./resource-manager.js";

/** What is left of a device that was collected. It must not lead back to the device. */
interface Remains {
  readonly backend: IBackend;
  readonly box: HandleBox;
  readonly headline: string;
}

const collected = new FinalizationRegistry<Remains>(({ backend, box, headline }) => {
  const { handle, gone } = box;
  if (handle === undefined) return;
  box.handle = undefined;
  if (!gone) {
    globalThis.process?.emitWarning?.(
      `${headline} was open and nobody held it any more; it was closed. Call close(), or declare it with "await using".`,
      { type: "USBWarning", code: "USB_DEVICE_COLLECTED" },
    );
  }
  // Nobody is left to be told; closeDevice resolves even for a device that is gone.
  void backend.closeDevice(handle).catch(() => undefined);
});

/** Closes the device's handle, with a process warning, if the device is garbage collected while it is open. */
export function closeWhenCollected(device: object, resources: ResourceManager): void {
  collected.register(device, {
    backend: resources.backend,
    box: resources.box,
    headline: resources.facts.headline,
  });
}
