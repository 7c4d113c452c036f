import type {
  BackendHandle,
  IBackend,
  Submission,
  TransferRequest,
  TransferResult,
} from "@tsusb/core/backend";

/** Milliseconds after which a transfer that cannot be cancelled looks whether somebody wants it to end. */
const SLICE = 1000;

/**
 * Submits a transfer that can be cancelled: where the library cannot, an IN transfer is made of short ones, each with a
 * timeout. What is sent OUT, and what goes to endpoint 0, is never cut: the device would take it for several messages.
 * A backend that throws is one that rejects.
 */
export function submitCancellable(
  backend: IBackend,
  handle: BackendHandle,
  request: TransferRequest,
): Submission {
  const isStream = request.type === "bulk" || request.type === "interrupt";
  if (backend.supports.cancel !== "none" || !isStream || request.length === undefined)
    return submit(backend, handle, request);
  let isCancelled = false;
  const run = async (length: number): Promise<TransferResult> => {
    const pieces: Uint8Array[] = [];
    for (let taken = 0; ; ) {
      const result = await submit(backend, handle, { ...request, length: length - taken, timeout: SLICE })
        .done;
      if (result.data !== undefined && result.length > 0) pieces.push(result.data.subarray(0, result.length));
      taken += result.length;
      if (result.status === "timedOut" && !isCancelled) continue;
      const status = result.status === "timedOut" ? "cancelled" : result.status;
      return { ...result, status, length: taken, data: Buffer.concat(pieces) };
    }
  };
  return {
    done: run(request.length),
    cancel: () => {
      isCancelled = true;
    },
  };
}

function submit(backend: IBackend, handle: BackendHandle, request: TransferRequest): Submission {
  try {
    return backend.submit(handle, request);
  } catch (error) {
    return { done: Promise.reject(error), cancel: () => undefined };
  }
}
