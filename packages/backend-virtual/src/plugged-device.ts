import type { BackendDevice, ClassTriple, ControlSetup, TransferStatus } from "@tsusb/core/backend";
import { ControlPipe } from "./control-pipe.js";
import type { ConfigurationDeclaration, ControlAnswer, VirtualSpeed } from "./declaration.js";
import { configurationsOf, packetSizeOf } from "./descriptor-set.js";
import type { VirtualDevice } from "./device.js";
import { InPipe } from "./in-pipe.js";
import { OutPipe } from "./out-pipe.js";
import { answerStandardRequest } from "./standard-requests.js";

/** Numbers of the speeds. Source: libusb.h 1.0.27, enum libusb_speed. */
const SPEED: Readonly<Record<VirtualSpeed, number>> = { low: 1, full: 2, high: 3, super: 4 };

/** An endpoint of the selected alternate settings. */
export interface SelectedEndpoint {
  readonly interfaceNumber: number;
  readonly pipe: InPipe | OutPipe;
}

/** One stay of a device on a bus, from plug to unplug: what it has selected, its pipes, and who holds what. */
export class PluggedDevice implements BackendDevice {
  readonly key: string;
  readonly bus: number;
  readonly address: number;
  readonly portNumbers: readonly number[];
  readonly speed: number;
  readonly idVendor: number;
  readonly idProduct: number;
  readonly deviceClass: ClassTriple;
  readonly interfaceClasses: readonly ClassTriple[];
  readonly manufacturer: string | undefined;
  readonly product: string | undefined;
  readonly serialNumber: string | undefined;

  /** The device itself. */
  readonly device: VirtualDevice;
  /** Whether it is still there. */
  present = true;
  configurationValue = 0;
  remoteWakeup = false;
  /** By `bInterfaceNumber`: the `bAlternateSetting` that is selected. */
  readonly alternates = new Map<number, number>();
  /** By `bEndpointAddress`. */
  readonly endpoints = new Map<number, SelectedEndpoint>();
  /** By `bInterfaceNumber`: the handle that holds it. */
  readonly claims = new Map<number, object>();
  readonly control: ControlPipe;

  constructor(device: VirtualDevice, place: { key: string; bus: number; address: number; port: number }) {
    const { declaration, descriptors } = device;
    this.device = device;
    this.key = place.key;
    this.bus = place.bus;
    this.address = place.address;
    this.portNumbers = [place.port];
    this.speed = SPEED[declaration.speed ?? "high"];
    this.idVendor = declaration.idVendor;
    this.idProduct = declaration.idProduct;
    this.deviceClass = {
      class: declaration.bDeviceClass ?? 0,
      subClass: declaration.bDeviceSubClass ?? 0,
      protocol: declaration.bDeviceProtocol ?? 0,
    };
    this.interfaceClasses = descriptors.interfaceClasses;
    this.manufacturer = declaration.manufacturer;
    this.product = declaration.product;
    this.serialNumber = declaration.serialNumber;
    this.control = new ControlPipe((setup, data) => this.#answer(setup, data));
    this.selectConfiguration(declaration.initialConfiguration ?? this.#valueOf(0) ?? 0);
  }

  /** Selects a configuration with alternate setting 0 of each interface. @returns Whether there is such a one. */
  selectConfiguration(value: number): boolean {
    const configuration = this.#configuration(value);
    if (configuration === undefined && value !== 0) return false;
    for (const interfaceNumber of this.alternates.keys()) this.#deselect(interfaceNumber);
    this.alternates.clear();
    this.configurationValue = value;
    for (const [position, { bInterfaceNumber = position }] of (configuration?.interfaces ?? []).entries())
      this.selectAlternate(bInterfaceNumber, 0);
    return true;
  }

  /** Selects an alternate setting; its endpoints start anew. @returns Whether there is such a one. */
  selectAlternate(interfaceNumber: number, setting: number): boolean {
    const { device } = this;
    const alternate = this.#configuration(this.configurationValue)?.interfaces.find(
      ({ bInterfaceNumber }, position) => (bInterfaceNumber ?? position) === interfaceNumber,
    )?.alternates[setting];
    if (alternate === undefined) return false;
    this.#deselect(interfaceNumber);
    this.alternates.set(interfaceNumber, setting);
    for (const endpoint of alternate.endpoints ?? []) {
      const packetSize = packetSizeOf(endpoint, device.declaration.speed ?? "high");
      const isIn = endpoint.bEndpointAddress >= 0x80;
      const pipe = isIn
        ? new InPipe(device, endpoint, packetSize)
        : new OutPipe(device, endpoint, packetSize);
      this.endpoints.set(endpoint.bEndpointAddress, { interfaceNumber, pipe });
    }
    return true;
  }

  /** Ends halts, drops what is queued and selects anew what is selected, as a reset of the port does. */
  reset(): void {
    const alternates = [...this.alternates];
    this.control.end("cancelled");
    this.remoteWakeup = false;
    this.selectConfiguration(this.configurationValue);
    for (const [interfaceNumber, setting] of alternates) this.selectAlternate(interfaceNumber, setting);
  }

  /** Takes it off the bus: all that waits ends, nothing begins any more. */
  unplug(): void {
    this.present = false;
    this.control.end("noDevice");
    for (const interfaceNumber of this.alternates.keys()) this.#deselect(interfaceNumber, "noDevice");
    this.claims.clear();
    this.configurationValue = 0;
  }

  /** Offers what OUT endpoints did not take to them again. */
  wake(): void {
    for (const { pipe } of this.endpoints.values()) if (pipe instanceof OutPipe) pipe.move();
  }

  #answer(setup: ControlSetup, data: Uint8Array): ControlAnswer | Promise<ControlAnswer> {
    const isStandard = (setup.bmRequestType & 0x60) === 0;
    if (isStandard) return answerStandardRequest(this, setup);
    const { control } = this.device.declaration;
    return control === undefined ? "stall" : control(setup, data, this.device);
  }

  #configuration(value: number): ConfigurationDeclaration | undefined {
    return configurationsOf(this.device.declaration).find((_, index) => this.#valueOf(index) === value);
  }

  #valueOf(index: number): number | undefined {
    return this.device.descriptors.configurations[index]?.[5];
  }

  #deselect(interfaceNumber: number, status: TransferStatus = "cancelled"): void {
    for (const [address, endpoint] of this.endpoints) {
      if (endpoint.interfaceNumber !== interfaceNumber) continue;
      this.endpoints.delete(address);
      endpoint.pipe.end(status);
    }
  }
}
