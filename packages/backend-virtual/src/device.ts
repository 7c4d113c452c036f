import { type RecordedRequest, recordsOf } from "./behaviour/records.js";
import { checkDeclaration } from "./declaration/check-declaration.js";
import type { Fault } from "./declaration/conduct.js";
import type { DeviceDeclaration } from "./declaration/declaration.js";
import { buildDescriptors, type DescriptorSet } from "./descriptors/descriptor-set.js";
import { hex } from "./errors.js";
import { InPipe } from "./pipes/in-pipe.js";
import { IsoInPipe } from "./pipes/iso-in-pipe.js";
import { IsoPipe } from "./pipes/iso-pipe.js";
import { ENDPOINT_ZERO } from "./pipes/pipe-hosts.js";
import type { PluggedDevice, SelectedEndpoint } from "./plugged-device.js";
import { stays } from "./stays.js";

/**
 * A USB device written in TypeScript. It can be plugged into one {@link VirtualBus} at a time, and again after an
 * unplug; then it starts anew: first configuration, nothing queued, nothing halted.
 */
export class VirtualDevice {
  /** What it was made of. */
  readonly declaration: DeviceDeclaration;
  /** Its descriptors as bytes. */
  readonly descriptors: DescriptorSet;

  /**
   * @throws RangeError for a value that no device could have, naming field, value and remedy.
   * @throws TypeError for fields that exclude each other, and for a field that there is not.
   */
  constructor(declaration: DeviceDeclaration) {
    checkDeclaration(declaration);
    this.declaration = declaration;
    this.descriptors = buildDescriptors(declaration);
  }

  /** Whether it is plugged in. */
  get isPlugged(): boolean {
    return this.#plugged !== undefined;
  }

  /** `bConfigurationValue` of the configuration that is selected; 0 if none is. */
  get configurationValue(): number {
    return this.#plugged?.configurationValue ?? 0;
  }

  /**
   * Queues bytes on an IN endpoint; they leave in packets when the host asks. A last packet that is shorter than
   * `wMaxPacketSize` ends the host's transfer. I/O: none.
   *
   * @param endpoint - `bEndpointAddress` of a selected alternate setting.
   * @param data - Copied.
   * @param options - `zeroPacket` ends a message of whole packets with a zero-length one.
   * @throws RangeError naming the endpoints that there are.
   */
  send(endpoint: number, data: Uint8Array, options: { readonly zeroPacket?: boolean } = {}): void {
    this.#inPipe(endpoint).push(data.slice(), options.zeroPacket ?? false);
  }

  /** Queues bytes as {@link VirtualDevice.send} does, without a copy: they belong to the bus from then on. */
  give(endpoint: number, data: Uint8Array): void {
    this.#inPipe(endpoint).push(data, false);
  }

  /** Tells how many bytes wait for the host on an IN endpoint. @throws RangeError as {@link VirtualDevice.send}. */
  queued(endpoint: number): number {
    return this.#inPipe(endpoint).queued;
  }

  /**
   * Vendor and class requests that the host sent since the plug, the latest at the end. Kept are the latest 1000, as
   * copies, each with up to 4096 bytes of its data stage; they outlive an unplug.
   */
  get requests(): readonly RecordedRequest[] {
    return recordsOf(this).requests;
  }

  /**
   * Gives what the host wrote to an OUT endpoint since the plug, the latest at the end: an entry a transfer, or a packet
   * of an isochronous one. Kept are the latest 1000 within `recordLimit` bytes, as copies; they outlive an unplug.
   *
   * @param endpoint - `bEndpointAddress`.
   */
  writes(endpoint: number): readonly Uint8Array[] {
    return recordsOf(this).writes(endpoint);
  }

  /** Forgets what {@link VirtualDevice.requests} and {@link VirtualDevice.writes} give. */
  clearRecords(): void {
    recordsOf(this).clear();
  }

  /**
   * Halts a bulk or interrupt endpoint: every transfer stalls until the host clears it.
   *
   * @param options - `afterQueued`, IN only: first sends what is queued. What is queued later waits behind the halt.
   * @throws RangeError as {@link VirtualDevice.send}, and for an isochronous endpoint, which cannot halt.
   */
  halt(endpoint: number, options: { readonly afterQueued?: boolean } = {}): void {
    const { pipe } = this.#selected(endpoint);
    if (pipe instanceof IsoPipe)
      throw new RangeError(
        `endpoint ${hex(endpoint)} is isochronous; only bulk and interrupt endpoints halt`,
      );
    if (options.afterQueued && pipe instanceof InPipe) pipe.haltAfterQueued();
    else pipe.halted = true;
  }

  /** Drops what is queued on an IN endpoint. @throws RangeError as {@link VirtualDevice.send}. */
  flush(endpoint: number): void {
    this.#inPipe(endpoint).flush();
  }

  /**
   * Lets the next transfers of an endpoint go wrong, one after the other; isochronous: the next packets.
   *
   * @param endpoint - `bEndpointAddress` of a selected alternate setting; 0 for the next vendor and class requests.
   * @param faults - `undefined` lets one pass.
   * @throws RangeError as {@link VirtualDevice.send}, and for a fault that such an endpoint cannot have.
   */
  inject(endpoint: number, ...faults: (Fault | undefined)[]): void {
    const declaration = endpoint === 0 ? ENDPOINT_ZERO : this.#selected(endpoint).declaration;
    this.#plugged?.hosts.inject(declaration, faults);
  }

  /** Offers what OUT endpoints did not take to them again, and asks IN endpoints again that had nothing. */
  wake(): void {
    this.#plugged?.wake();
  }

  get #plugged(): PluggedDevice | undefined {
    return stays.get(this);
  }

  #inPipe(endpoint: number): InPipe | IsoInPipe {
    const { pipe } = this.#selected(endpoint);
    if (pipe instanceof InPipe || pipe instanceof IsoInPipe) return pipe;
    throw new RangeError(`endpoint ${hex(endpoint)} is OUT; only an IN endpoint can send`);
  }

  #selected(endpoint: number): SelectedEndpoint {
    const selected = this.#plugged?.endpoints.get(endpoint);
    if (selected !== undefined) return selected;
    const others = [...(this.#plugged?.endpoints.keys() ?? [])].map(hex).join(", ");
    throw new RangeError(
      `endpoint ${hex(endpoint)} is not selected; ${others === "" ? "no endpoint is" : `there are ${others}`}`,
    );
  }
}
