import type { ControlSetup } from "@tsusb/core/backend";
import { answerByTable } from "./behaviour/control-table.js";
import { checkDeclaration } from "./declaration/check-declaration.js";
import type { ControlAnswer, ControlHandler } from "./declaration/control.js";
import type { DeviceDeclaration } from "./declaration/declaration.js";
import { buildDescriptors, type DescriptorSet } from "./descriptors/descriptor-set.js";
import { hex } from "./errors.js";
import { InPipe } from "./pipes/in-pipe.js";
import { IsoInPipe } from "./pipes/iso-in-pipe.js";
import type { PluggedDevice } from "./plugged-device.js";
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
  readonly #control: ControlHandler;

  /**
   * @throws RangeError for a value that no device could have, naming field, value and remedy.
   * @throws TypeError for fields that exclude each other.
   */
  constructor(declaration: DeviceDeclaration) {
    checkDeclaration(declaration);
    this.declaration = declaration;
    this.descriptors = buildDescriptors(declaration);
    const { control = [] } = declaration;
    this.#control = typeof control === "function" ? control : answerByTable(control);
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

  /** Halts an endpoint: every transfer stalls until the host clears it. @throws RangeError as {@link VirtualDevice.send}. */
  halt(endpoint: number): void {
    this.#pipe(endpoint).halted = true;
  }

  /** Offers what OUT endpoints did not take to them again. */
  wake(): void {
    this.#plugged?.wake();
  }

  get #plugged(): PluggedDevice | undefined {
    return stays.get(this);
  }

  /** Answers a vendor or class request. For the bus. */
  answer(setup: ControlSetup, data: Uint8Array): ControlAnswer | Promise<ControlAnswer> {
    return this.#control(setup, data, this);
  }

  #inPipe(endpoint: number): InPipe | IsoInPipe {
    const pipe = this.#pipe(endpoint);
    if (pipe instanceof InPipe || pipe instanceof IsoInPipe) return pipe;
    throw new RangeError(`endpoint ${hex(endpoint)} is OUT; only an IN endpoint can send`);
  }

  #pipe(endpoint: number) {
    const pipe = this.#plugged?.endpoints.get(endpoint)?.pipe;
    if (pipe !== undefined) return pipe;
    const others = [...(this.#plugged?.endpoints.keys() ?? [])].map(hex).join(", ");
    throw new RangeError(
      `endpoint ${hex(endpoint)} is not selected; ${others === "" ? "no endpoint is" : `there are ${others}`}`,
    );
  }
}
