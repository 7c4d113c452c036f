/**
 * Lists every optional ability of a backend.
 *
 * Frozen, the same for the life of the backend object, and known before any device is opened. The
 * conformance suite leaves a case out by this manifest and by nothing else, and calls what the manifest
 * denies, expecting `ENOSYS`. Say only what is true on this machine with the library that was loaded.
 */
export interface BackendSupports {
  /** Isochronous requests can be submitted, and their results carry one entry a packet. */
  readonly isochronous: boolean;
  /** {@link IBackend.allocStreams} works and {@link TransferRequest.streamId} is honoured (USB 3.2 §8.12.1.4). */
  readonly bulkStreams: boolean;
  /**
   * What {@link Submission.cancel} reaches: `"one"` ends that transfer alone, `"endpoint"` ends every
   * transfer of the same endpoint, `"none"` does nothing, and the transfer ends by itself or by its timeout.
   */
  readonly cancel: "one" | "endpoint" | "none";
  /** A transfer that times out keeps the bytes that had arrived. Without it they are lost in the library. */
  readonly partialOnTimeout: boolean;
  /** {@link IBackend.watch} is told by the system. Without it, core compares enumerations. */
  readonly hotplug: boolean;
  /** {@link IBackend.getParent} works. */
  readonly parent: boolean;
  /** {@link BackendDevice.portNumbers} is filled in. */
  readonly portNumbers: boolean;
  /** {@link BackendDevice.speed} is filled in. */
  readonly speed: boolean;
  /** The three kernel-driver calls work. */
  readonly kernelDriver: boolean;
  /** {@link BackendOpenOptions.autoDetachKernelDriver} is honoured; else core detaches and attaches by itself. */
  readonly autoDetach: boolean;
  /** {@link IBackend.resetDevice} works. */
  readonly reset: boolean;
  /** {@link IBackend.clearHalt} works. */
  readonly clearHalt: boolean;
  /**
   * Where descriptor bytes come from: `"raw"`, the device's own; `"rebuilt"`, put together from the library's
   * structs with every extra byte in its place; `"onOpen"`, only known once the device is open.
   */
  readonly descriptors: "raw" | "rebuilt" | "onOpen";
  /** {@link BackendDevice.manufacturer}, `product` and `serialNumber` may be known without opening. */
  readonly stringsWithoutOpening: boolean;
  /** {@link IBackend.wrapSysDevice} works. */
  readonly wrapSysDevice: boolean;
  /**
   * Most bytes of one bulk or interrupt transfer here, a multiple of 1024; `undefined` for no limit that is known. Core
   * cuts a larger write into several transfers, and never a read.
   */
  readonly maxTransferSize?: number | undefined;
  /** A stall is reported as `"stall"`. Without it, it looks like `"error"` or like an empty success. */
  readonly distinguishesStall: boolean;
  /** More bytes than asked for are reported as `"overflow"`. Without it, the rest is dropped in silence. */
  readonly distinguishesOverflow: boolean;
}
