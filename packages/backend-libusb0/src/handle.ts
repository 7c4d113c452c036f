import { InFlight } from "@tsusb/addon-kit";
import type { BackendHandle } from "@tsusb/core/backend";
import type { Context } from "./context.js";
import type { LibUsb0Device } from "./device.js";
import { Endpoints } from "./endpoints.js";
import { check, closed, foreign } from "./errors.js";
import type { Native } from "./native.js";

/** A device opened through libusb. */
export class LibUsb0Handle implements BackendHandle {
  readonly device: LibUsb0Device;
  /** The addon's number of it. */
  readonly id: number;
  readonly native: Native;
  /** Its transfers that have not ended. */
  readonly inFlight = new InFlight();
  /** Whether transfers can be cancelled. Elsewhere those that still wait could be, but nobody can tell which do. */
  readonly cancels: boolean;
  /** Those that it can use. */
  readonly endpoints = new Endpoints();
  readonly #context: Context;
  #closing: Promise<void> | undefined;

  constructor(context: Context, device: LibUsb0Device, id: number, cancels: boolean) {
    this.#context = context;
    this.native = context.native;
    this.device = device;
    this.id = id;
    this.cancels = cancels;
  }

  /** Whether close has begun: nothing can be asked of it any more. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Runs a call of libusb on this handle's thread and gives what it returned. */
  async call(name: string, start: (job: number) => void): Promise<number> {
    if (this.isClosed) throw closed("the device");
    return check(name, await this.#context.run(start));
  }

  /** As {@link call}, and gives the text that it delivered. */
  async fetch(name: string, start: (job: number) => void): Promise<string> {
    if (this.isClosed) throw closed("the device");
    const { status, result } = await this.#context.fetch(start);
    check(name, status);
    return result as string;
  }

  /** Cancels what is in flight, waits for it, gives interfaces back and closes. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.native.beginClose(this.id);
    await this.inFlight.drain();
    await this.#context.run((job) => this.native.closeHandle(this.id, job));
    this.native.freeHandle(this.id);
  }
}

/** Gives the handle back if it is one of this backend, whatever its type says. */
export function ownHandle(handle: LibUsb0Handle): LibUsb0Handle {
  if (handle instanceof LibUsb0Handle) return handle;
  throw foreign("handle", "openDevice");
}
