import { USBError } from "../errors.js";
import type { IBackend } from "./backend.js";
import type { BackendHandle } from "./backend-device.js";
import type { Submission, TransferRequest, TransferResult } from "./transfer.js";

/** How a submission ended: a result, or the error of what was not submitted. */
export interface Settled {
  readonly result?: TransferResult;
  readonly error?: unknown;
}

/** Submits; `settled` never rejects, and a backend that throws or gives no submission is an error like any other. */
export function submitSafely(
  backend: IBackend,
  handle: BackendHandle,
  request: TransferRequest,
): { readonly submission: Submission; readonly settled: Promise<Settled> } {
  const submission = attempt(backend, handle, request);
  const settled = submission.done.then(
    (result): Settled => (result ? { result } : { error: broken(backend, "gave no result") }),
    (error: unknown): Settled => ({ error: error ?? broken(backend, "rejected without a reason") }),
  );
  return { submission, settled };
}

/**
 * Gives the timeout of one transfer of a stream, in milliseconds: none, except where the library cannot cancel. There
 * it bounds how long `close` waits.
 */
export function timeoutFor(backend: IBackend): number {
  return backend.supports.cancel === "none" ? 1000 : 0;
}

function attempt(backend: IBackend, handle: BackendHandle, request: TransferRequest): Submission {
  try {
    return backend.submit(handle, request);
  } catch (error) {
    return { done: Promise.reject(broken(backend, "threw", error)), cancel: () => undefined };
  }
}

function broken(backend: IBackend, what: string, cause?: unknown): USBError {
  return new USBError(`${backend.name}.submit ${what}`, {
    code: "ERR_USB_BACKEND",
    backend: backend.name,
    cause,
  });
}
