import type { IBackend } from "../contract/backend.js";
import type { BackendDevice, BackendHandle } from "../contract/backend-device.js";
import { brokenBackend, callBackend } from "../contract/call-backend.js";
import { USBError, type USBErrorCode } from "../errors.js";
import { show } from "../usb/check-integer.js";
import type { DeviceFacts } from "./device-facts.js";
import { accessHint } from "./hints.js";
import { ignoreFailure } from "./ignore-failure.js";

/**
 * The open handle, once there is one. Held by the finalizer too, which must not hold the manager: through
 * the endpoints that would hold the device, and the device would never be collected.
 */
export interface HandleBox {
  handle: BackendHandle | undefined;
  gone: boolean;
}

/** `fresh` opens on first use, `closed` only by an explicit `open`, `gone` never again. */
type State = "fresh" | "open" | "closed" | "gone";

/** Opens and closes the handle of one device object, and knows where in its life the device is. */
export class DeviceLife {
  readonly backend: IBackend;
  readonly backendDevice: BackendDevice;
  readonly facts: DeviceFacts;
  readonly box: HandleBox = { handle: undefined, gone: false };
  #state: State = "fresh";
  readonly #onGone: () => void;

  constructor(backend: IBackend, backendDevice: BackendDevice, facts: DeviceFacts, onGone: () => void) {
    this.backend = backend;
    this.backendDevice = backendDevice;
    this.facts = facts;
    this.#onGone = onGone;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get isGone(): boolean {
    return this.#state === "gone";
  }

  /** Gives the open handle. The caller knows that it is open. */
  get handle(): BackendHandle {
    const { handle } = this.box;
    if (handle === undefined) throw this.error("ERR_USB_CLOSED", "the device is closed");
    return handle;
  }

  /** Takes a handle that was opened elsewhere. */
  adopt(handle: BackendHandle): void {
    this.box.handle = handle;
    this.#state = "open";
  }

  /** Remembers that the device was unplugged: for ever. */
  markGone(): void {
    this.#state = "gone";
    this.box.gone = true;
    this.#onGone();
  }

  /** Lets the next use open the device, although it was closed. */
  renew(): void {
    if (this.#state === "closed") this.#state = "fresh";
  }

  /** Remembers that the handle was given back; afterwards implicit use is refused (`closed`) or opens again (`fresh`). */
  end(next: "closed" | "fresh"): void {
    if (this.#state === "gone" || (this.#state === "closed" && next === "fresh")) return;
    this.#state = next;
  }

  /** Opens the device, which is not open. */
  async open(autoDetachKernelDriver: boolean): Promise<void> {
    if (this.#state === "gone") throw this.unplugged();
    if (this.#state === "closed") throw this.closed();
    let handle: BackendHandle;
    try {
      handle = await callBackend(this.backend, "openDevice", this.backendDevice, { autoDetachKernelDriver });
      if (typeof handle !== "object" || handle === null)
        throw brokenBackend(this.backend, "openDevice", `gave ${show(handle)} instead of a handle`);
    } catch (error) {
      throw await this.explain(error, "open", async (code) =>
        code === "EACCES" ? accessHint(this.backendDevice, this.facts) : undefined,
      );
    }
    // A search may have seen the unplug meanwhile, and gone is for ever.
    if (this.isGone) {
      await ignoreFailure(callBackend(this.backend, "closeDevice", handle));
      throw this.unplugged();
    }
    this.adopt(handle);
  }

  /** Closes the handle, if there is one. */
  async closeHandle(): Promise<void> {
    const { handle } = this.box;
    if (handle === undefined) return;
    this.box.handle = undefined;
    try {
      await callBackend(this.backend, "closeDevice", handle);
    } catch (error) {
      // A device or a backend that is no longer there has closed the handle already.
      if (!USBError.is(error) || (error.code !== "ENODEV" && error.code !== "ERR_USB_CLOSED")) throw error;
    }
  }

  /** Makes an error of this device. */
  error(code: USBErrorCode, message: string, hint?: string): USBError {
    return new USBError(`${this.facts.headline}: ${message}`, { code, backend: this.backend.name, hint });
  }

  /** The error of an implicit use after `close`. */
  closed(): USBError {
    return this.error("ERR_USB_CLOSED", "the device was closed; call open() to use it again");
  }

  /** The error of every use after an unplug. */
  unplugged(): USBError {
    return this.error("ENODEV", "the device was unplugged");
  }

  /** Adds the operation, the device and what the system says to an error of the backend. */
  async explain(
    error: unknown,
    what: string,
    hintOf: (code: USBErrorCode) => Promise<string | undefined>,
  ): Promise<unknown> {
    if (!USBError.is(error)) return error;
    if (error.code === "ENODEV") this.markGone();
    const hint = error.hint ?? (await hintOf(error.code));
    // Its message ends with its hint, which the new one will have as well.
    const reason = error.hint === undefined ? error.message : error.message.replace(` (${error.hint})`, "");
    return new USBError(`${this.facts.headline}: cannot ${what}: ${reason}`, {
      code: error.code,
      backendErrorCode: error.backendErrorCode,
      backend: this.backend.name,
      hint,
      cause: error,
    });
  }
}
