import {
  type BackendDevice,
  type ClassTriple,
  type ControlSetup,
  CTRL_TYPE_MASK,
  CTRL_TYPE_STANDARD,
  SPEED_FULL,
  SPEED_HIGH,
  SPEED_LOW,
  SPEED_SUPER,
  type TransferStatus,
} from "@tsusb/core/backend";
import { answerByTable } from "./behaviour/control-table.js";
import { recordsOf } from "./behaviour/records.js";
import type { AlternateDeclaration, ConfigurationDeclaration } from "./declaration/configuration.js";
import type { ControlAnswer, ControlHandler } from "./declaration/control.js";
import type { VirtualSpeed } from "./declaration/declaration.js";
import type { EndpointDeclaration } from "./declaration/endpoint.js";
import { configurationsOf } from "./descriptors/configuration-bytes.js";
import { textIn } from "./descriptors/string-table.js";
import type { VirtualDevice } from "./device.js";
import { KernelDrivers } from "./kernel-drivers.js";
import { ControlPipe } from "./pipes/control-pipe.js";
import { createPipe, type EndpointPipe } from "./pipes/create-pipe.js";
import type { FrameClock } from "./pipes/frame-clock.js";
import { ENDPOINT_ZERO, PipeHosts } from "./pipes/pipe-hosts.js";
import { answerStandardRequest } from "./standard-requests.js";

const SPEED: Readonly<Record<VirtualSpeed, number>> = {
  low: SPEED_LOW,
  full: SPEED_FULL,
  high: SPEED_HIGH,
  super: SPEED_SUPER,
};

/** An endpoint of the selected alternate settings. */
export interface SelectedEndpoint {
  readonly interfaceNumber: number;
  readonly declaration: EndpointDeclaration;
  readonly pipe: EndpointPipe;
}

/** Where a device is plugged in. */
export interface Place {
  readonly key: string;
  readonly bus: number;
  readonly address: number;
  readonly port: number;
  readonly clock: FrameClock;
  /** Pulls the device. */
  readonly unplug: () => void;
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
  /** Features of the device that are set, by selector. */
  readonly features = new Set<number>();
  /** By `bInterfaceNumber`: the `bAlternateSetting` that is selected. */
  readonly alternates = new Map<number, number>();
  /** By `bEndpointAddress`. */
  readonly endpoints = new Map<number, SelectedEndpoint>();
  /** By `bInterfaceNumber`: the handle that holds it. */
  readonly claims = new Map<number, object>();
  readonly drivers = new KernelDrivers();
  /** Frames of the bus. */
  readonly clock: FrameClock;
  readonly control: ControlPipe;
  /** Latency and faults of its endpoints. */
  readonly hosts: PipeHosts;
  readonly #configurations: readonly ConfigurationDeclaration[];
  readonly #control: ControlHandler;
  readonly #unplug: () => void;
  /** Transfers until it is pulled. */
  #transfersLeft: number;

  constructor(device: VirtualDevice, place: Place) {
    const { declaration, descriptors } = device;
    const [langid] = descriptors.langids;
    this.device = device;
    this.key = place.key;
    this.bus = place.bus;
    this.address = place.address;
    this.portNumbers = [place.port];
    this.clock = place.clock;
    this.#configurations = configurationsOf(declaration);
    this.speed = SPEED[declaration.speed ?? "high"];
    this.idVendor = declaration.idVendor;
    this.idProduct = declaration.idProduct;
    this.deviceClass = {
      class: declaration.bDeviceClass ?? 0,
      subClass: declaration.bDeviceSubClass ?? 0,
      protocol: declaration.bDeviceProtocol ?? 0,
    };
    this.interfaceClasses = descriptors.interfaceClasses;
    this.manufacturer = textIn(declaration.manufacturer, langid);
    this.product = textIn(declaration.product, langid);
    this.serialNumber = textIn(declaration.serialNumber, langid);
    const { control = [] } = declaration;
    this.#control = typeof control === "function" ? control : answerByTable(control);
    this.#unplug = place.unplug;
    this.#transfersLeft = declaration.unplugAfter ?? Number.POSITIVE_INFINITY;
    this.hosts = new PipeHosts(device, place.clock, place.unplug);
    this.control = new ControlPipe(this.hosts.of(ENDPOINT_ZERO), (setup, data) => this.#answer(setup, data));
    this.#select(declaration.initialConfiguration ?? this.#valueOf(0) ?? 0);
    this.drivers.bind(this.#configuration(this.configurationValue));
  }

  /** Selects a configuration with alternate setting 0 of each interface. @returns Whether there is such a one. */
  selectConfiguration(value: number): boolean {
    if (!this.#select(value)) return false;
    this.drivers.bind(this.#configuration(value));
    this.device.declaration.onReset?.(this.device);
    return true;
  }

  #select(value: number): boolean {
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
    const alternate = this.#interface(interfaceNumber)?.alternates[setting];
    if (alternate === undefined) return false;
    this.#deselect(interfaceNumber);
    this.alternates.set(interfaceNumber, setting);
    for (const endpoint of alternate.endpoints ?? []) {
      const pipe = createPipe(this.hosts.of(endpoint), endpoint);
      if (pipe === undefined) continue;
      this.endpoints.set(endpoint.bEndpointAddress, { interfaceNumber, declaration: endpoint, pipe });
    }
    return true;
  }

  /** Gives what was declared of the alternate setting that is selected. */
  alternate(interfaceNumber: number): AlternateDeclaration | undefined {
    const setting = this.alternates.get(interfaceNumber);
    return setting === undefined ? undefined : this.#interface(interfaceNumber)?.alternates[setting];
  }

  /** Ends halts, drops what is queued and selects anew what is selected, as a reset of the port does. */
  reset(): void {
    const alternates = [...this.alternates];
    this.control.end("cancelled");
    this.features.clear();
    this.#select(this.configurationValue);
    for (const [interfaceNumber, setting] of alternates) this.selectAlternate(interfaceNumber, setting);
    this.device.declaration.onReset?.(this.device);
  }

  /** Counts a transfer on an endpoint besides endpoint 0. @returns False if the device was pulled in its midst. */
  survivesTransfer(): boolean {
    if (this.#transfersLeft-- > 0) return true;
    this.#unplug();
    return false;
  }

  /** Takes it off the bus: all that waits ends, nothing begins any more. */
  unplug(): void {
    this.present = false;
    this.control.end("noDevice");
    for (const interfaceNumber of this.alternates.keys()) this.#deselect(interfaceNumber, "noDevice");
    this.claims.clear();
    this.configurationValue = 0;
  }

  /** Offers what OUT endpoints did not take to them again, and asks IN endpoints again that had nothing. */
  wake(): void {
    for (const { pipe } of this.endpoints.values()) pipe.move();
  }

  #answer(setup: ControlSetup, data: Uint8Array): ControlAnswer | Promise<ControlAnswer> {
    const { device } = this;
    if ((setup.bmRequestType & CTRL_TYPE_MASK) !== CTRL_TYPE_STANDARD) {
      recordsOf(device).addRequest(setup, data);
      return this.#control(setup, data, device);
    }
    const answer = device.declaration.standard?.(setup, device) ?? "default";
    return answer === "default" ? answerStandardRequest(this, setup) : answer;
  }

  #configuration(value: number): ConfigurationDeclaration | undefined {
    return this.#configurations.find((_, index) => this.#valueOf(index) === value);
  }

  #interface(interfaceNumber: number) {
    return this.#configuration(this.configurationValue)?.interfaces.find(
      ({ bInterfaceNumber }, position) => (bInterfaceNumber ?? position) === interfaceNumber,
    );
  }

  #valueOf(index: number): number | undefined {
    return this.#configurations[index]?.bConfigurationValue ?? index + 1;
  }

  #deselect(interfaceNumber: number, status: TransferStatus = "cancelled"): void {
    for (const [address, endpoint] of this.endpoints) {
      if (endpoint.interfaceNumber !== interfaceNumber) continue;
      this.endpoints.delete(address);
      endpoint.pipe.end(status);
    }
  }
}
