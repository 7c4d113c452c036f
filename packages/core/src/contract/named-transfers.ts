import { USBError } from "../errors.js";
import type { IBackend } from "./backend.js";
import type { BackendHandle } from "./backend-device.js";
import type { TransferRequest, TransferResult } from "./transfer.js";
import { type TransferContext, transferError } from "./transfer-error.js";

/** Submits one request and gives its result; every outcome but success, or a late read, is an error. */
export async function transferOrThrow(
  backend: IBackend,
  handle: BackendHandle,
  request: TransferRequest,
): Promise<TransferResult> {
  const result = await backend.submit(handle, request).done;
  const reading = request.type !== "control" && (request.endpoint & 0x80) !== 0;
  const cutShort = reading && result.status === "timedOut" && result.length > 0;
  if (result.status !== "completed" && !cutShort) throw transferError(result, contextOf(backend, request));
  if (request.into && result.data) throw detached(backend, result);
  return result;
}

function contextOf(backend: IBackend, request: TransferRequest): TransferContext {
  const inwards = (request.endpoint & 0x80) !== 0;
  return {
    operation: request.type === "control" ? "control" : inwards ? "read" : "write",
    endpoint: request.endpoint,
    backendName: backend.name,
    timeout: request.timeout,
    length: request.data?.length ?? request.into?.length ?? request.length,
    setup: request.setup,
    into: request.into,
  };
}

function detached(backend: IBackend, { data, length }: TransferResult): USBError {
  return new USBError("the buffer was detached while the transfer was running", {
    code: "EINVAL",
    backend: backend.name,
    transferred: length,
    partial: data,
  });
}
