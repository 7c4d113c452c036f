import {
  type BackendDevice,
  type BackendHandle,
  type BackendSupports,
  IBackend,
  type Submission,
  type TransferRequest,
  type TransferResult,
  USBError,
} from "@tsusb/core/backend";

const NOTHING: BackendSupports = {
  isochronous: true,
  bulkStreams: false,
  cancel: "one",
  partialOnTimeout: true,
  hotplug: true,
  parent: false,
  portNumbers: true,
  speed: true,
  kernelDriver: false,
  autoDetach: false,
  reset: false,
  clearHalt: false,
  descriptors: "raw",
  stringsWithoutOpening: false,
  wrapSysDevice: false,
  distinguishesStall: true,
  distinguishesOverflow: true,
};

/** A transfer that the backend was given, to be ended by the test. */
export interface Asked {
  readonly request: TransferRequest;
  /** How often it was cancelled. */
  cancels: number;
  settle(result: TransferResult): void;
  fail(error: unknown): void;
}

/** A backend with one device, which does what the test says and notes what it was asked. */
export class ScriptedBackend extends IBackend {
  readonly name = "scripted";
  readonly supports: BackendSupports;
  readonly device: BackendDevice = { key: "only", bus: 1, address: 1, portNumbers: [1], speed: 3 };
  /** Calls that change a state, in order. */
  readonly calls: string[] = [];
  /** Transfers, in order. */
  readonly asked: Asked[] = [];
  /** Answers some calls instead of success. */
  readonly refuses = new Map<string, unknown>();
  /** Resolves them; a call that is held does not end before. */
  readonly holds = new Map<string, Promise<void>>();
  descriptor = Uint8Array.of(18, 1, 0, 2, 0, 0, 0, 64, 0x09, 0x12, 1, 0, 0, 1, 0, 0, 0, 1);
  /** Interface 0: bulk 0x01 and 0x81; alternate setting 1: isochronous 0x02 and 0x82. Interface 1: interrupt 0x83. */
  // biome-ignore format: one descriptor a line, as the specification prints them, so that a wrong byte shows
  configuration = Uint8Array.of(
    9, 2, 71, 0, 2, 1, 0, 0x80, 50,
    9, 4, 0, 0, 2, 0xff, 0, 0, 0,
    7, 5, 0x01, 2, 64, 0, 0,
    7, 5, 0x81, 2, 64, 0, 0,
    9, 4, 0, 1, 2, 0xff, 0, 0, 0,
    7, 5, 0x02, 1, 64, 0, 1,
    7, 5, 0x82, 1, 64, 0, 1,
    9, 4, 1, 0, 1, 0xff, 0, 0, 0,
    7, 5, 0x83, 3, 8, 0, 1,
  );
  #wake: () => void = () => {};

  constructor(supports: Partial<BackendSupports> = {}) {
    super();
    this.supports = Object.freeze({ ...NOTHING, ...supports });
  }

  /** The transfer of that position, as soon as there is one. */
  async transfer(index: number): Promise<Asked> {
    for (;;) {
      const found = this.asked[index];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async enumerateDevices(): Promise<readonly BackendDevice[]> {
    return [this.device];
  }
  async getDeviceDescriptor(): Promise<Uint8Array> {
    await this.#call("getDeviceDescriptor", false);
    return this.descriptor;
  }
  async getConfigurationDescriptor(): Promise<Uint8Array> {
    return this.configuration;
  }
  override async watch(): Promise<{ close(): Promise<void> }> {
    return { close: async () => {} };
  }
  async openDevice(device: BackendDevice): Promise<BackendHandle> {
    await this.#call("open");
    return { device };
  }
  async closeDevice(): Promise<void> {
    for (const each of this.asked) each.settle({ status: "cancelled", length: 0 });
    await this.#call("close");
  }
  setConfiguration(_: BackendHandle, value: number): Promise<void> {
    return this.#call(`configuration ${value}`);
  }
  async getConfiguration(): Promise<number> {
    return 1;
  }
  claimInterface(_: BackendHandle, number: number): Promise<void> {
    return this.#call(`claim ${number}`);
  }
  releaseInterface(_: BackendHandle, number: number): Promise<void> {
    return this.#call(`release ${number}`);
  }
  setInterfaceAltsetting(_: BackendHandle, number: number, setting: number): Promise<void> {
    return this.#call(`alternate ${number} ${setting}`);
  }
  override clearHalt(_: BackendHandle, endpoint: number): Promise<void> {
    return this.#call(`clear halt ${endpoint}`);
  }
  override async isKernelDriverActive(_: BackendHandle, number: number): Promise<boolean> {
    return this.calls.filter((call) => call === `detach ${number}`).length === 0;
  }
  override detachKernelDriver(_: BackendHandle, number: number): Promise<void> {
    return this.#call(`detach ${number}`);
  }
  override attachKernelDriver(_: BackendHandle, number: number): Promise<void> {
    return this.#call(`attach ${number}`);
  }

  submit(_: BackendHandle, request: TransferRequest): Submission {
    if (this.refuses.has("submit")) throw this.refuses.get("submit");
    let settle: (result: TransferResult) => void = () => {};
    let fail: (error: unknown) => void = () => {};
    const done = new Promise<TransferResult>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    const asked: Asked = { request, cancels: 0, settle, fail };
    this.asked.push(asked);
    this.#wake();
    const cancel = (): void => {
      asked.cancels++;
      if (this.supports.cancel === "one") settle({ status: "cancelled", length: 0 });
      if (this.supports.cancel === "endpoint")
        for (const each of this.asked)
          if (each.request.endpoint === request.endpoint) each.settle({ status: "cancelled", length: 0 });
    };
    return { done, cancel };
  }

  async close(): Promise<void> {}

  async #call(name: string, isNoted = true): Promise<void> {
    if (isNoted) this.calls.push(name);
    await this.holds.get(name);
    if (this.refuses.has(name)) throw this.refuses.get(name);
  }
}

/** An error as backends give it. */
export const failure = (code: "EBUSY" | "EACCES" | "ENODEV" | "EIO"): USBError =>
  new USBError(`scripted: ${code}`, { code, backend: "scripted" });
