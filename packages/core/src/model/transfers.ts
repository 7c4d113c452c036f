import { compactPackets } from "../contract/iso-packets.js";
import type { IsoPacket, Submission, TransferRequest, TransferResult } from "../contract/transfer.js";
import { type TransferContext, transferError } from "../contract/transfer-error.js";
import { USBAbortError, USBError } from "../errors.js";
import { hexByte } from "../usb/hex.js";
import { forget, watch } from "./abort.js";
import type { Limits } from "./arguments.js";
import type { Endpoint } from "./endpoint.js";
import type { EndpointState } from "./endpoint-state.js";
import { packetLengthsFor } from "./iso-packets.js";
import { writeInPieces } from "./large-write.js";
import type { ResourceManager } from "./resource-manager.js";

/** What became of an isochronous read. */
export interface IsoReadResult {
  data: Uint8Array;
  packets: readonly IsoPacket[];
}

/**
 * Runs the transfers of one device object. Arguments are checked already.
 *
 * Nothing here is an `async` function: with the endpoint ready, the backend's promise is passed on with one `then`.
 */
export class Transfers {
  readonly #resources: ResourceManager;

  constructor(resources: ResourceManager) {
    this.#resources = resources;
  }

  read(target: Endpoint | number, length: number, limits: Limits): Promise<Uint8Array> {
    const state = this.#resources.ready(target, "in");
    return state === undefined
      ? this.#prepared(target, "in", limits, (ready) => this.#read(ready, length, limits))
      : this.#read(state, length, limits);
  }

  readInto(target: Endpoint | number, into: Uint8Array, limits: Limits): Promise<number> {
    const state = this.#resources.ready(target, "in");
    return state === undefined
      ? this.#prepared(target, "in", limits, (ready) => this.#readInto(ready, into, limits))
      : this.#readInto(state, into, limits);
  }

  write(target: Endpoint | number, data: Uint8Array, limits: Limits, zeroPacket: boolean): Promise<number> {
    const state = this.#resources.ready(target, "out");
    if (state !== undefined) return this.#write(state, data, limits, zeroPacket);
    // The caller may change the data as soon as the call has returned.
    const copy = data.slice();
    return this.#prepared(target, "out", limits, (ready) => this.#write(ready, copy, limits, zeroPacket));
  }

  isoRead(
    target: Endpoint | number,
    length: number,
    packetLengths: readonly number[] | undefined,
    limits: Limits,
  ): Promise<IsoReadResult> {
    return this.#prepared(target, "in", limits, (state) => {
      this.#expectIsochronous(state);
      const lengths = packetLengths ?? packetLengthsFor(state.endpoint, length);
      const request: TransferRequest = {
        type: state.type,
        endpoint: state.address,
        length,
        packetLengths: lengths,
        timeout: limits.timeout,
      };
      return this.#run(state, request, limits.signal, (result) => {
        const data = result.data ?? new Uint8Array(0);
        if (result.status === "completed" || (result.status === "timedOut" && result.length > 0)) {
          return { data, packets: result.packets ?? [] };
        }
        throw this.#failure(result, request, state, "read");
      });
    });
  }

  isoWrite(
    target: Endpoint | number,
    data: Uint8Array,
    packetLengths: readonly number[] | undefined,
    limits: Limits,
  ): Promise<{ packets: readonly IsoPacket[] }> {
    const copy = data.slice();
    return this.#prepared(target, "out", limits, (state) => {
      this.#expectIsochronous(state);
      const lengths = packetLengths ?? packetLengthsFor(state.endpoint, copy.length);
      const request: TransferRequest = {
        type: state.type,
        endpoint: state.address,
        data: copy,
        packetLengths: lengths,
        timeout: limits.timeout,
      };
      return this.#run(state, request, limits.signal, (result) => {
        if (result.status === "completed") return { packets: result.packets ?? [] };
        throw this.#failure(result, request, state, "write");
      });
    });
  }

  /** Control transfer, giving bytes or their count. `claims` is the interface that must be claimed for it. */
  control(
    request: TransferRequest,
    claims: number | undefined,
    wantsBytes: boolean,
    limits: Limits,
  ): Promise<Uint8Array | number> {
    return this.#control(request, claims, limits, (result) => {
      if (request.into !== undefined && result.data !== undefined && result.length > 0) {
        throw this.#detached(result.data);
      }
      if (result.status !== "completed") {
        throw this.#failure(result, request, this.#resources.control, "control");
      }
      return wantsBytes ? (result.data ?? new Uint8Array(0)) : result.length;
    });
  }

  /** Any transfer, with its whole outcome; `target` is that of `request`, as the caller gave it. */
  whole(
    request: TransferRequest,
    target: Endpoint | number,
    direction: "in" | "out",
    claims: number | undefined,
    limits: Limits,
  ): Promise<TransferResult> {
    if (request.setup !== undefined) return this.#control(request, claims, limits, asItIs);
    if (request.streamId !== undefined && !this.#resources.backend.supports.bulkStreams) {
      return Promise.reject(this.#resources.error("ENOSYS", "the backend has no bulk streams here"));
    }
    const state = this.#resources.ready(target, direction);
    if (state !== undefined) return this.#whole(state, request, limits);
    const kept = request.data === undefined ? request : { ...request, data: request.data.slice() };
    return this.#prepared(target, direction, limits, (ready) => this.#whole(ready, kept, limits));
  }

  #whole(state: EndpointState, request: TransferRequest, limits: Limits): Promise<TransferResult> {
    if (request.packetLengths !== undefined) this.#expectIsochronous(state);
    const typed = state.type === request.type ? request : { ...request, type: state.type };
    const length = request.data?.length ?? request.into?.length ?? request.length ?? 0;
    return this.#run(state, withPackets(typed, state, length), limits.signal, asItIs);
  }

  #control<T>(
    request: TransferRequest,
    claims: number | undefined,
    limits: Limits,
    finish: (result: TransferResult) => T,
  ): Promise<T> {
    const resources = this.#resources;
    const state = claims === undefined || resources.isClaimed(claims) ? resources.readyControl() : undefined;
    if (state !== undefined) return this.#run(state, request, limits.signal, finish);
    if (limits.signal?.aborted) return Promise.reject(this.#aborted(limits.signal));
    const kept = request.data === undefined ? request : { ...request, data: request.data.slice() };
    return resources.prepareControl(claims).then((ready) => this.#run(ready, kept, limits.signal, finish));
  }

  #prepared<T>(
    target: Endpoint | number,
    direction: "in" | "out",
    limits: Limits,
    then: (state: EndpointState) => Promise<T>,
  ): Promise<T> {
    if (limits.signal?.aborted) return Promise.reject(this.#aborted(limits.signal));
    return this.#resources.prepare(target, direction).then(then);
  }

  #read(state: EndpointState, length: number, limits: Limits): Promise<Uint8Array> {
    const request: TransferRequest = {
      type: state.type,
      endpoint: state.address,
      length,
      timeout: limits.timeout,
    };
    return this.#run(state, withPackets(request, state, length), limits.signal, (result) => {
      if (result.status === "completed" || (result.status === "timedOut" && result.length > 0)) {
        const data = result.data ?? new Uint8Array(0);
        return result.packets === undefined ? data : compactPackets(data, result.packets);
      }
      throw this.#failure(result, request, state, "read");
    });
  }

  #readInto(state: EndpointState, into: Uint8Array, limits: Limits): Promise<number> {
    // An isochronous result has holes, which the caller's buffer must not have.
    if (state.type === "isochronous") {
      return this.#read(state, into.length, limits).then((data) => this.#fill(into, data));
    }
    const request: TransferRequest = {
      type: state.type,
      endpoint: state.address,
      into,
      timeout: limits.timeout,
    };
    return this.#run(state, request, limits.signal, (result) => {
      if (result.data !== undefined && result.length > 0) throw this.#detached(result.data);
      if (result.status === "completed" || (result.status === "timedOut" && result.length > 0))
        return result.length;
      throw this.#failure(result, request, state, "read");
    });
  }

  #fill(into: Uint8Array, data: Uint8Array): number {
    if (into.length < data.length) throw this.#detached(data);
    into.set(data);
    return data.length;
  }

  #write(state: EndpointState, data: Uint8Array, limits: Limits, zeroPacket: boolean): Promise<number> {
    const { maxTransferSize = Number.POSITIVE_INFINITY } = this.#resources.backend.supports;
    if (state.line !== undefined || (data.length > maxTransferSize && state.type !== "isochronous"))
      return this.#writeInLine(state, data, { ...limits, zeroPacket, pieceSize: maxTransferSize });
    const request: TransferRequest = {
      type: state.type,
      endpoint: state.address,
      data,
      timeout: limits.timeout,
      zeroPacket,
    };
    const length = data.length;
    return this.#run(state, withPackets(request, state, length), limits.signal, (result) => {
      if (result.status === "completed") return result.length;
      throw this.#failure(result, request, state, "write");
    });
  }

  /** A large write holds its endpoint, and others wait behind it: between its pieces nothing else may be sent. */
  #writeInLine(
    state: EndpointState,
    data: Uint8Array,
    limits: Limits & { readonly zeroPacket: boolean; readonly pieceSize: number },
  ): Promise<number> {
    const { type, address: endpoint } = state;
    const { signal, timeout } = limits;
    // The caller may change the data as soon as the call has returned.
    const whole = data.slice();
    const submit = (piece: Uint8Array, left: number, zeroPacket: boolean) =>
      this.#run(state, { type, endpoint, data: piece, timeout: left, zeroPacket }, signal, asItIs);
    state.pending++;
    const done = (state.line ?? Promise.resolve()).then(() =>
      writeInPieces({ data: whole, ...limits, submit }),
    );
    const line = done
      .catch(() => undefined)
      .then(() => {
        state.pending--;
        if (state.line === line) state.line = undefined;
      });
    state.line = line;
    return done.then((result) => {
      if (result.status === "completed") return result.length;
      throw this.#failure(result, { type, endpoint, data: whole, timeout }, state, "write");
    });
  }

  /** Submits one transfer on an endpoint that is ready, and keeps count of it. */
  #run<T>(
    state: EndpointState,
    request: TransferRequest,
    signal: AbortSignal | undefined,
    finish: (result: TransferResult) => T,
  ): Promise<T> {
    const resources = this.#resources;
    if (state.streaming) {
      return Promise.reject(resources.error("EBUSY", `a stream holds endpoint ${hexByte(state.address)}`));
    }
    if (signal?.aborted) return Promise.reject(this.#aborted(signal));
    let submission: Submission;
    try {
      submission = resources.backend.submit(resources.handle, request);
      if (typeof submission?.done?.then !== "function") throw new TypeError("it gave no submission");
    } catch (error) {
      return Promise.reject(this.#broken(error));
    }
    state.pending++;
    if (signal !== undefined) watch(signal, submission);
    return submission.done.then(
      (result) => {
        state.pending--;
        if (signal !== undefined) {
          forget(signal, submission);
          if (result.status === "cancelled" && signal.aborted) {
            throw this.#aborted(signal, result, request);
          }
        }
        if (result.status === "noDevice") resources.markGone();
        return finish(result);
      },
      (error: unknown) => {
        state.pending--;
        if (signal !== undefined) forget(signal, submission);
        if (USBError.is(error) && error.code === "ENODEV") resources.markGone();
        throw error;
      },
    );
  }

  #expectIsochronous(state: EndpointState): void {
    if (state.type === "isochronous") return;
    throw new TypeError(
      `endpoint ${hexByte(state.address)} is a ${state.type} endpoint; isoRead, isoWrite and packetLengths need an isochronous one`,
    );
  }

  /** What `submit` throws breaks the contract, unless it is ours: the handle that is closed. */
  #broken(error: unknown): unknown {
    if (USBError.is(error)) return error;
    const { facts, backend } = this.#resources;
    const reason = error instanceof Error ? error.message : String(error);
    return new USBError(`${facts.headline}: ${backend.name}.submit broke the contract: ${reason}`, {
      code: "ERR_USB_BACKEND",
      backend: backend.name,
      cause: error,
    });
  }

  #failure(
    result: TransferResult,
    request: TransferRequest,
    state: EndpointState,
    operation: TransferContext["operation"],
  ): USBError {
    const resources = this.#resources;
    return transferError(result, {
      operation,
      endpoint: state.address,
      device: resources.facts.headline,
      backendName: resources.backend.name,
      timeout: request.timeout,
      wMaxPacketSize: state.endpoint?.packetSize,
      length: request.setup?.wLength ?? request.length ?? request.into?.length ?? request.data?.length,
      setup: request.setup,
      into: request.into,
    });
  }

  #aborted(signal: AbortSignal, result?: TransferResult, request?: TransferRequest): USBAbortError {
    const moved = result?.length ?? 0;
    const buffer = result?.data ?? request?.into;
    const partial =
      result?.packets && buffer ? compactPackets(buffer, result.packets) : buffer?.slice(0, moved);
    return new USBAbortError(`${this.#resources.facts.headline}: the transfer was aborted`, {
      backend: this.#resources.backend.name,
      cause: signal.reason,
      transferred: moved,
      partial: moved > 0 ? partial : undefined,
      backendErrorCode: result?.backendErrorCode,
    });
  }

  #detached(data: Uint8Array): USBError {
    return new USBError(
      `${this.#resources.facts.headline}: the buffer was detached or shrunk while the read was pending; the bytes are in "partial"`,
      { code: "EINVAL", backend: this.#resources.backend.name, transferred: data.length, partial: data },
    );
  }
}

function asItIs(result: TransferResult): TransferResult {
  return result;
}

/** An isochronous request says how it is cut into packets. */
function withPackets(request: TransferRequest, state: EndpointState, length: number): TransferRequest {
  if (state.type !== "isochronous" || request.packetLengths !== undefined) return request;
  return { ...request, packetLengths: packetLengthsFor(state.endpoint, length) };
}
