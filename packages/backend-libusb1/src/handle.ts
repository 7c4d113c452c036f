import { InFlight } from "@tsusb/addon-kit";
import type { BackendHandle } from "@tsusb/core/backend";
import type { Context } from "./context.js";
import type { LibUsb1Device } from "./device.js";
import { check, closed, foreign } from "./errors.js";
import type { Native } from "./native.js";
import type { LibUsb1Sink } from "./sink.js";
import type { LibUsb1Stream } from "./stream.js";

/** A device opened through libusb. */
export class LibUsb1Handle implements BackendHandle {
  readonly device: LibUsb1Device;
  /** The addon's number of it. */
  readonly id: number;
  readonly native: Native;
  /** Its transfers that have not ended. */
  readonly inFlight = new InFlight();
  /** Those that are not closed. */
  readonly streams = new Set<LibUsb1Stream | LibUsb1Sink>();
  readonly #context: Context;
  #closing: Promise<void> | undefined;

  constructor(context: Context, device: LibUsb1Device, id: number) {
    this.#context = context;
    this.native = context.native;
    this.device = device;
    this.id = id;
  }

  /** Whether close has begun: nothing can be asked of it any more. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Starts an operation of the addon and gives what it returned. */
  run(start: (job: number) => void): Promise<number> {
    return this.#context.run(start);
  }

  /** Runs a call of libusb on this handle's thread and gives what it returned. */
  async call(name: string, start: (job: number) => void): Promise<number> {
    if (this.isClosed) throw closed("the device");
    return check(name, await this.#context.run(start));
  }

  /** Cancels what is in flight, waits for it, gives interfaces back and closes. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.streams].map((stream) => stream.close()));
    this.native.beginClose(this.id);
    this.inFlight.cancel();
    await this.inFlight.drain();
    await this.#context.run((job) => this.native.closeHandle(this.id, job));
    this.native.freeHandle(this.id);
  }
}

/** Gives the handle back if it is one of this backend, whatever its type says. */
export function ownHandle(handle: LibUsb1Handle): LibUsb1Handle {
  if (handle instanceof LibUsb1Handle) return handle;
  throw foreign("handle", "openDevice");
}
