import type { BackendOptions } from "@tsusb/core/backend";
import { VirtualBackend } from "./backend.js";
import { VirtualBus } from "./bus.js";
import { gadgetZero } from "./devices/gadget-zero.js";

/** Options of {@link getBackend}. Those about C libraries are taken and have no effect. */
export interface VirtualBackendOptions extends BackendOptions {
  /** The bus whose devices it gives; default: one of its own with a {@link gadgetZero} plugged in. */
  readonly bus?: VirtualBus | undefined;
}

const OPTIONS: readonly string[] = ["bus", "libraryPath", "findLibrary", "logLevel", "onLog"];

const instances = new Map<VirtualBus | undefined, VirtualBackend>();

/**
 * Gives the backend of a virtual bus; the same one for the same bus, until it is closed. I/O: none.
 *
 * @throws TypeError if `bus` is no {@link VirtualBus}, or for a name that is no option.
 */
export async function getBackend(options: VirtualBackendOptions = {}): Promise<VirtualBackend> {
  for (const name of Object.keys(options))
    if (!OPTIONS.includes(name))
      throw new TypeError(`there is no option ${JSON.stringify(name)}; there are ${OPTIONS.join(", ")}`);
  const { bus } = options;
  if (bus !== undefined && !(bus instanceof VirtualBus))
    throw new TypeError(`bus is ${typeof bus}; it must be a VirtualBus of this package`);
  const known = instances.get(bus);
  if (known !== undefined) return known;
  const backend = new VirtualBackend(bus ?? defaultBus(), () => instances.delete(bus));
  instances.set(bus, backend);
  return backend;
}

function defaultBus(): VirtualBus {
  const bus = new VirtualBus();
  bus.plug(gadgetZero());
  return bus;
}
