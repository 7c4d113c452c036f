import {
  type BackendDevice,
  type BackendHandle,
  type BackendSupports,
  type Device,
  findAll,
  IBackend,
  type Submission,
  type TransferRequest,
  type TransferResult,
  USBError,
} from "@tsusb/core";
import { encodeLangids, encodeStringDescriptor } from "../src/usb/strings.js";
import type { Sample } from "./usb/samples.js";

interface SampleDevice extends BackendDevice {
  readonly sample: Sample;
}

/** Answers a control request with bytes, `undefined` is a stall. */
export type ControlAnswer = (request: TransferRequest) => Uint8Array | undefined;

/** Plays devices from their descriptors, and keeps what was asked of them. */
export class SampleBackend extends IBackend {
  readonly name = "sample";
  readonly supports: BackendSupports = Object.freeze({
    isochronous: false,
    bulkStreams: false,
    cancel: "one",
    partialOnTimeout: true,
    hotplug: false,
    parent: false,
    portNumbers: false,
    speed: true,
    kernelDriver: false,
    autoDetach: false,
    reset: false,
    clearHalt: true,
    descriptors: "raw",
    stringsWithoutOpening: false,
    wrapSysDevice: false,
    distinguishesStall: true,
    distinguishesOverflow: true,
  } as const);
  /** Calls that changed something, in words: `claim 0`. */
  readonly calls: string[] = [];
  /** Control requests but for strings. */
  readonly requests: TransferRequest[] = [];
  /** Answers all control requests but those for strings. */
  answer: ControlAnswer = () => undefined;
  readonly #devices: readonly SampleDevice[];

  constructor(samples: readonly Sample[]) {
    super();
    this.#devices = samples.map((sample, at) => {
      const { bus, address, speed } = sample;
      return { key: String(at), bus, address, speed, sample };
    });
  }

  async enumerateDevices(): Promise<readonly SampleDevice[]> {
    return this.#devices;
  }

  async getDeviceDescriptor(device: BackendDevice): Promise<Uint8Array> {
    return sampleOf(device).device.slice();
  }

  async getConfigurationDescriptor(device: BackendDevice, index: number): Promise<Uint8Array> {
    const bytes = sampleOf(device).configurations[index];
    if (bytes === undefined) throw new USBError(`no configuration ${index}`, { code: "ENOENT" });
    return bytes.slice();
  }

  async openDevice(device: BackendDevice): Promise<BackendHandle> {
    this.calls.push("open");
    return { device };
  }

  async closeDevice(): Promise<void> {
    this.calls.push("close");
  }

  async setConfiguration(_: BackendHandle, configurationValue: number): Promise<void> {
    this.calls.push(`configuration ${configurationValue}`);
  }

  async getConfiguration({ device }: BackendHandle): Promise<number> {
    return sampleOf(device).configurations[0]?.[5] ?? 0;
  }

  async claimInterface(_: BackendHandle, interfaceNumber: number): Promise<void> {
    this.calls.push(`claim ${interfaceNumber}`);
  }

  async releaseInterface(_: BackendHandle, interfaceNumber: number): Promise<void> {
    this.calls.push(`release ${interfaceNumber}`);
  }

  async setInterfaceAltsetting(
    _: BackendHandle,
    interfaceNumber: number,
    alternateSetting: number,
  ): Promise<void> {
    this.calls.push(`altsetting ${interfaceNumber} ${alternateSetting}`);
  }

  override async clearHalt(_: BackendHandle, endpoint: number): Promise<void> {
    this.calls.push(`clear halt 0x${endpoint.toString(16)}`);
  }

  submit({ device }: BackendHandle, request: TransferRequest): Submission {
    return { done: Promise.resolve(this.#result(sampleOf(device), request)), cancel() {} };
  }

  async close(): Promise<void> {}

  #result(sample: Sample, request: TransferRequest): TransferResult {
    const { setup } = request;
    const isString = setup?.bmRequestType === 0x80 && setup.bRequest === 6 && setup.wValue >> 8 === 3;
    if (!isString) this.requests.push(request);
    const answer = isString ? stringOf(sample, setup.wValue & 0xff, setup.wIndex) : this.answer(request);
    if (answer === undefined) return { status: "stall", length: 0 };
    if (setup !== undefined && (setup.bmRequestType & 0x80) === 0)
      return { status: "completed", length: setup.wLength };
    const data = answer.slice(0, setup?.wLength);
    return { status: "completed", length: data.length, data };
  }
}

function sampleOf(device: BackendDevice): Sample {
  return (device as SampleDevice).sample;
}

function stringOf({ strings, langids }: Sample, index: number, langid: number): Uint8Array | undefined {
  if (langids.length === 0) return undefined;
  if (index === 0) return encodeLangids(langids);
  const text = strings[index];
  return text === undefined || !langids.includes(langid) ? undefined : encodeStringDescriptor(text);
}

/** The device of one sample, and the backend that plays it. */
export async function playSample(sample: Sample): Promise<{ device: Device; backend: SampleBackend }> {
  const backend = new SampleBackend([sample]);
  const [device] = await findAll({ backend });
  if (device === undefined) throw new Error(`${sample.name} was not found`);
  return { device, backend };
}
