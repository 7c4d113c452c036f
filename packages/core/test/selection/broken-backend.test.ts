import { find, findAll, USBError, wrapSysDevice } from "@tsusb/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { configurationBytes, deviceBytes, FakeBackend, FakeDevice } from "../support/fake-backend.js";

const boom = new RangeError("boom");
const throwing = (): unknown => {
  throw boom;
};

type Misbehaviour = [what: string, misbehave: () => unknown, message: string];

/** What a backend may do instead of keeping the contract, and what the error says of it. */
const MISBEHAVIOURS: Misbehaviour[] = [
  ["throws at once", throwing, "threw RangeError: boom"],
  ["rejects with something else than a USBError", () => Promise.reject(boom), "threw RangeError: boom"],
];

function device(idProduct: number): FakeDevice {
  return new FakeDevice({
    descriptor: deviceBytes({ idProduct }),
    configurations: [configurationBytes([{}])],
  });
}

let backend: FakeBackend;
let devices: readonly FakeDevice[];

beforeEach(() => {
  backend = new FakeBackend();
  devices = [1, 2, 3].map((each) => backend.plug(device(each)));
});
afterEach(() => {
  vi.useRealTimers();
});

const products = async () => (await findAll({ backend })).map(({ idProduct }) => idProduct);

/** Expects an error that says whose fault it is: backend and method. */
async function expectBlame(promise: Promise<unknown>, method: string, what: string): Promise<void> {
  const error: unknown = await promise.then(
    () => "it resolved",
    (reason: unknown) => reason,
  );
  expect(USBError.is(error), String(error)).toBe(true);
  expect(error).toMatchObject({ code: "ERR_USB_BACKEND", backend: "fake" });
  expect((error as USBError).message).toContain(`fake.${method} ${what}`);
}

describe("a backend without one of its methods", () => {
  it.each([
    "enumerateDevices",
    "getDeviceDescriptor",
    "getConfigurationDescriptor",
    "openDevice",
    "closeDevice",
    "setConfiguration",
    "getConfiguration",
    "claimInterface",
    "releaseInterface",
    "setInterfaceAltsetting",
    "submit",
    "close",
  ] as const)("is refused before anything is asked of it: %s", async (method) => {
    Reflect.set(backend, method, undefined);
    for (const call of [find({ backend }), findAll({ backend }), wrapSysDevice(3, { backend })]) {
      await expect(call).rejects.toMatchObject({ code: "ERR_USB_BACKEND", backend: "fake" });
      await expect(call).rejects.toThrow(`backend fake: it lacks the method ${method}`);
    }
    expect(backend.calls).toEqual([]);
  });
});

describe("an enumeration", () => {
  it.each([
    ["nothing", undefined, "gave undefined instead of an array"],
    ["null", null, "gave null instead of an array"],
    ["a text", "devices", 'gave "devices" instead of an array'],
    ["a set", new Set(), "gave an instance of Set instead of an array"],
  ])("that gives %s is the backend's fault", async (_, listed, what) => {
    Reflect.set(backend, "enumerateDevices", async () => listed);
    await expectBlame(findAll({ backend }), "enumerateDevices", what);
  });

  it.each(MISBEHAVIOURS)("that %s is the backend's fault", async (_, misbehave, what) => {
    Reflect.set(backend, "enumerateDevices", misbehave);
    const call = findAll({ backend });
    await expectBlame(call, "enumerateDevices", what);
    await expect(call).rejects.toMatchObject({ cause: boom });
  });

  it.each([
    ["nothing", undefined, "without a key: undefined"],
    ["null", null, "without a key: null"],
    ["a number", 7, "without a key: 7"],
    ["no key", {}, "without a key: an instance of Object"],
    ["a key that is no text", { key: 7 }, "without a key: an instance of Object"],
    ["an empty key", { key: "" }, "without a key: an instance of Object"],
  ])("with %s among its devices gives the others", async (_, wrong, what) => {
    Reflect.set(backend, "enumerateDevices", async () => [devices[0], wrong, devices[2]]);
    expect(await products()).toEqual([1, 3]);
    await expectBlame(
      find({ backend, idProduct: 2 }),
      "enumerateDevices",
      `gave at index 1 a device ${what}`,
    );
  });

  it("with two devices of one key gives the first, and the others", async () => {
    const [first, second, third] = devices;
    Reflect.set(backend, "enumerateDevices", async () => [first, { ...second, key: first?.key }, third]);
    expect(await products()).toEqual([1, 3]);
    const blame = `gave two devices the key "${first?.key}"`;
    await expectBlame(find({ backend, idProduct: 2 }), "enumerateDevices", blame);
  });
});

describe("a descriptor", () => {
  const failing = (
    method: "getDeviceDescriptor" | "getConfigurationDescriptor",
    misbehave: () => unknown,
  ) => {
    const asked = backend[method].bind(backend) as (device: FakeDevice, index: number) => unknown;
    Reflect.set(backend, method, (each: FakeDevice, index: number) =>
      each === devices[1] ? misbehave() : asked(each, index),
    );
  };

  it.each<Misbehaviour>([
    ...MISBEHAVIOURS.map(([what, misbehave]): Misbehaviour => [what, misbehave, "boom"]),
    ["gives nothing", async () => undefined, "it gave undefined instead of a Uint8Array"],
    ["gives no promise", () => undefined, "it gave undefined instead of a Uint8Array"],
    [
      "gives an array of numbers",
      async () => [18, 1],
      "it gave an instance of Array instead of a Uint8Array",
    ],
  ])(
    "that %s is a warning that names backend and method, and the others are found",
    async (_, misbehave, what) => {
      for (const method of ["getDeviceDescriptor", "getConfigurationDescriptor"] as const) {
        backend = new FakeBackend();
        devices = [1, 2, 3].map((each) => backend.plug(device(each)));
        failing(method, misbehave);
        const found = await findAll({ backend });
        expect(found).toHaveLength(3);
        expect(found.map(({ warnings }) => warnings.length)).toEqual([0, 1, 0]);
        expect(found[1]?.warnings[0]).toMatchObject({
          code: "unreadable",
          message: `fake.${method}: ${what}`,
        });
      }
    },
  );

  it("that never comes is waited for only so long, and the others are found", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    failing("getDeviceDescriptor", () => new Promise(() => {}));
    const search = findAll({ backend });
    await vi.advanceTimersByTimeAsync(5000);
    const found = await search;
    expect(found.map(({ idProduct }) => idProduct)).toEqual([1, 0, 3]);
    const message = "fake.getDeviceDescriptor: it has not answered for 5000 ms";
    expect(found[1]?.warnings).toEqual([{ code: "unreadable", offset: 0, source: "device", message }]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("one device that a backend cannot handle", () => {
  it("does not keep the others from being found by a string", async () => {
    const named = new FakeDevice({
      descriptor: deviceBytes({ idProduct: 4, iSerialNumber: 3 }),
      configurations: [configurationBytes([{}])],
      strings: { 3: "S4" },
    });
    const broken = backend.plug(
      new FakeDevice({
        descriptor: deviceBytes({ iSerialNumber: 3 }),
        configurations: [configurationBytes([{}])],
      }),
    );
    backend.plug(named);
    const open = backend.openDevice.bind(backend);
    Reflect.set(backend, "openDevice", (each: FakeDevice) => (each === broken ? undefined : open(each)));
    const found = await findAll({ backend, serialNumber: "S4" });
    expect(found.map(({ idProduct }) => idProduct)).toEqual([4]);
    await expectBlame(
      findAll({ backend, serialNumber: "S5" }),
      "openDevice",
      "gave undefined instead of a handle",
    );
  });
});

describe("a call on an open device", () => {
  it.each(MISBEHAVIOURS)("that %s is the backend's fault", async (_, misbehave, what) => {
    const opened = async () => {
      const found = await find({ backend });
      if (found === undefined) throw new Error("no device");
      await found.close();
      return found.open();
    };
    const calls: [string, (each: Awaited<ReturnType<typeof opened>>) => Promise<unknown>][] = [
      ["getConfiguration", (each) => each.getActiveConfiguration()],
      ["setConfiguration", (each) => each.setConfiguration(1)],
      ["claimInterface", (each) => each.claimInterface(0)],
      ["clearHalt", (each) => each.clearHalt(0x81)],
      ["resetDevice", (each) => each.reset()],
      ["isKernelDriverActive", (each) => each.isKernelDriverActive(0)],
      ["detachKernelDriver", (each) => each.detachKernelDriver(0)],
      ["attachKernelDriver", (each) => each.attachKernelDriver(0)],
    ];
    for (const [method, call] of calls) {
      backend = new FakeBackend();
      backend.plug(
        new FakeDevice({
          descriptor: deviceBytes({}),
          configurations: [configurationBytes([{ endpoints: [{ address: 0x81 }] }])],
        }),
      );
      const usb = await opened();
      Reflect.set(backend, method, misbehave);
      await expectBlame(call(usb), method, what);
    }
  });

  it("that gives no configuration is the backend's fault", async () => {
    const found = await find({ backend });
    Reflect.set(backend, "getConfiguration", async () => undefined);
    const call = found?.getActiveConfiguration() ?? Promise.resolve();
    await expectBlame(call, "getConfiguration", "gave undefined instead of a number");
  });
});
