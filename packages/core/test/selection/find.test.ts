import { devices, type FindOptions, find, findAll, USBError, wrapSysDevice } from "@tsusb/core";
import { describe, expect, it } from "vitest";
import {
  configurationBytes,
  deviceBytes,
  FakeBackend,
  type FakeDeviceOptions,
} from "../support/fake-backend.js";

type Fields = Parameters<typeof deviceBytes>[0];

function described(fields: Fields = {}, more: FakeDeviceOptions = {}): FakeDeviceOptions {
  return { descriptor: deviceBytes(fields), configurations: [configurationBytes([{}])], ...more };
}

function bus(...plugged: readonly FakeDeviceOptions[]): FakeBackend {
  const backend = new FakeBackend();
  for (const each of plugged) backend.plug(each);
  return backend;
}

const products = async (options: FindOptions) => (await findAll(options)).map(({ idProduct }) => idProduct);
const denied = new USBError("open: access denied", { code: "EACCES" });

describe("findAll", () => {
  it("gives every device, in the order of the list", async () => {
    const many = Array.from({ length: 30 }, (_, index) => described({ idProduct: index }));
    await expect(products({ backend: bus(...many) })).resolves.toEqual(many.map((_, index) => index));
  });

  it("gives an empty array where there is nothing", async () => {
    await expect(findAll({ backend: bus() })).resolves.toEqual([]);
  });

  it("gives the same object for the same device", async () => {
    const backend = bus(described());
    const [first] = await findAll({ backend });
    const [again] = await findAll({ backend });
    expect(first).toBeDefined();
    expect(again).toBe(first);
  });

  it("compares each field, and 0 is a value", async () => {
    const backend = bus(
      described(
        { idVendor: 1, idProduct: 1, deviceClass: [0, 0, 0] },
        { bus: 0, address: 1, portNumbers: [] },
      ),
      described(
        { idVendor: 1, idProduct: 2, deviceClass: [9, 0, 1] },
        { bus: 1, address: 2, portNumbers: [1, 4], speed: 3 },
      ),
      described(
        { idVendor: 0, idProduct: 3, deviceClass: [0, 0, 0] },
        { bus: 1, address: 3, portNumbers: [1] },
      ),
    );
    await expect(products({ backend, idVendor: 1 })).resolves.toEqual([1, 2]);
    await expect(products({ backend, idVendor: 0 })).resolves.toEqual([3]);
    await expect(products({ backend, bDeviceClass: 0 })).resolves.toEqual([1, 3]);
    await expect(products({ backend, bus: 0 })).resolves.toEqual([1]);
    await expect(products({ backend, bus: 1, address: 3 })).resolves.toEqual([3]);
    await expect(products({ backend, portNumbers: [1, 4] })).resolves.toEqual([2]);
    await expect(products({ backend, portNumbers: [] })).resolves.toEqual([1]);
    await expect(products({ backend, speed: 3 })).resolves.toEqual([2]);
    await expect(products({ backend, bDeviceProtocol: 1, bDeviceClass: 9 })).resolves.toEqual([2]);
  });

  it("takes undefined for not given", async () => {
    const backend = bus(described());
    const options = { backend, idVendor: undefined, serialNumber: undefined } as unknown as FindOptions;
    await expect(findAll(options)).resolves.toHaveLength(1);
  });

  it("asks no device for its descriptors that the list rules out", async () => {
    const backend = bus(
      described({ idVendor: 1 }, { idVendor: 1 }),
      described({ idVendor: 2 }, { idVendor: 2 }),
    );
    await expect(findAll({ backend, idVendor: 2 })).resolves.toHaveLength(1);
    expect(backend.calls.filter(({ method }) => method === "getDeviceDescriptor")).toHaveLength(1);
  });

  it("matches a class triple only if one alternate setting has all of it", async () => {
    const configurations = [
      configurationBytes([
        { number: 0, class: [3, 1, 1] },
        { number: 1, alternate: 0, class: [8, 6, 0x50] },
        { number: 1, alternate: 1, class: [8, 6, 0x62] },
      ]),
    ];
    const backend = bus(described({}, { configurations }));
    const matches = async (filter: FindOptions) => (await findAll({ backend, ...filter })).length === 1;
    await expect(matches({ bInterfaceClass: 8, bInterfaceProtocol: 0x62 })).resolves.toBe(true);
    await expect(matches({ bInterfaceSubClass: 1 })).resolves.toBe(true);
    await expect(matches({ bInterfaceClass: 3, bInterfaceSubClass: 6 })).resolves.toBe(false);
    await expect(matches({ bInterfaceProtocol: 0 })).resolves.toBe(false);
  });

  it("compares the listed class triples where descriptors are known only once a device is open", async () => {
    const closed = new USBError("not open", { code: "ERR_USB_NOT_OPEN" });
    const interfaceClasses = [{ class: 3, subClass: 1, protocol: 2 }];
    const backend = new FakeBackend({ descriptors: "onOpen" });
    backend.plug({ descriptor: closed, interfaceClasses });
    await expect(findAll({ backend, bInterfaceClass: 3, bInterfaceProtocol: 2 })).resolves.toHaveLength(1);
    await expect(findAll({ backend, bInterfaceClass: 3, bInterfaceProtocol: 1 })).resolves.toEqual([]);
    backend.plug({ descriptor: closed });
    await expect(findAll({ backend, bInterfaceClass: 8 })).rejects.toMatchObject({
      code: "ERR_USB_NOT_OPEN",
    });
  });

  it("reads the descriptors of several devices at a time, but not of all", async () => {
    const backend = bus(...Array.from({ length: 40 }, () => described()));
    const read = backend.getDeviceDescriptor.bind(backend);
    let running = 0;
    let most = 0;
    backend.getDeviceDescriptor = async (device) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return read(device);
    };
    await expect(findAll({ backend })).resolves.toHaveLength(40);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });

  it("lists a device whose descriptors cannot be read, with a warning and what the list tells", async () => {
    const broken = { descriptor: new USBError("cut", { code: "EIO" }), idVendor: 7, idProduct: 8 };
    const found = await findAll({ backend: bus(described(), broken, described()) });
    expect(found).toHaveLength(3);
    expect(found[1]).toMatchObject({ idVendor: 7, idProduct: 8 });
    expect(found[1]?.warnings.map(({ code }) => code)).toContain("unreadable");
  });

  it("marks a device that is no longer listed as gone, and a replugged one is another object", async () => {
    const backend = bus(described());
    const [first] = await findAll({ backend });
    backend.unplug(backend.devices[0] ?? expect.unreachable());
    backend.plug(described());
    const [second] = await findAll({ backend });
    expect(first?.isGone).toBe(true);
    expect(second).not.toBe(first);
    expect(second?.isGone).toBe(false);
  });

  it("does not take a device for gone because an older list ends later", async () => {
    const backend = bus();
    let endOlder: (listed: readonly never[]) => void = () => expect.unreachable();
    const late = new Promise<readonly never[]>((resolve) => {
      endOlder = resolve;
    });
    const list = backend.enumerateDevices.bind(backend);
    backend.enumerateDevices = () => late;
    const older = findAll({ backend });
    backend.enumerateDevices = list;
    backend.plug(described());
    const [device] = await findAll({ backend });
    endOlder([]);
    await older;
    expect(device?.isGone).toBe(false);
  });

  it.each([
    ["nothing", undefined],
    ["an object", {}],
    ["a device without a key", [{}]],
  ])("rejects where the backend lists %s", async (_what, listed) => {
    const backend = bus();
    backend.enumerateDevices = async () => listed as unknown as never[];
    const call = findAll({ backend });
    await expect(call).rejects.toMatchObject({ code: "ERR_USB_BACKEND", backend: "fake" });
    await expect(call).rejects.toThrow("enumerateDevices");
  });

  it("rejects as the backend does where it cannot list", async () => {
    const backend = bus();
    await backend.close();
    await expect(findAll({ backend })).rejects.toMatchObject({ code: "ERR_USB_CLOSED" });
  });
});

describe("a filter by string", () => {
  const named = (serial: string, more: FakeDeviceOptions = {}) =>
    described({ iSerialNumber: 3, idProduct: Number(serial.slice(1)) }, { strings: { 3: serial }, ...more });

  it("uses what the system keeps, and opens nothing", async () => {
    const backend = bus(named("S1", { serialNumber: "S1" }), named("S2", { serialNumber: "S2" }));
    await expect(products({ backend, serialNumber: "S2" })).resolves.toEqual([2]);
    expect(backend.log).toEqual([]);
  });

  it("opens only candidates that match everything else and name such a string", async () => {
    const backend = bus(named("S1"), named("S2"), described({ idProduct: 2 }));
    await expect(products({ backend, idProduct: 2, serialNumber: "S2" })).resolves.toEqual([2]);
    expect(backend.log).toEqual(["openDevice", "closeDevice"]);
    expect(backend.calls.find(({ method }) => method === "openDevice")?.args[0]).toBe(backend.devices[1]);
  });

  it("leaves the device closed and usable, and knows the string from then on", async () => {
    const backend = bus(named("S1"));
    const device = await find({ backend, serialNumber: "S1" });
    expect(device).toMatchObject({ isOpen: false, serialNumber: "S1" });
    await expect(device?.getString(3)).resolves.toBe("S1");
    await device?.close();
    await expect(find({ backend, serialNumber: "S1" })).resolves.toBe(device);
    expect(backend.log.filter((method) => method === "openDevice")).toHaveLength(2);
  });

  it("gives those that could be asked, though one could not", async () => {
    const backend = bus(named("S1"), named("S2"));
    backend.fail("openDevice", denied);
    await expect(products({ backend, serialNumber: "S2" })).resolves.toEqual([2]);
  });

  it("rejects if none matched and one could not be asked", async () => {
    for (const search of [find, findAll]) {
      const backend = bus(named("S1"), named("S2"));
      backend.fail("openDevice", denied);
      await expect(search({ backend, serialNumber: "S3" })).rejects.toMatchObject({ code: "EACCES" });
    }
  });

  it("finds nothing where every device could be asked", async () => {
    await expect(find({ backend: bus(named("S1")), serialNumber: "S3" })).resolves.toBeUndefined();
    await expect(find({ backend: bus(named("S1")), serialNumber: "" })).resolves.toBeUndefined();
  });

  it("passes over a device that is unplugged meanwhile", async () => {
    const backend = bus(named("S1"), named("S2"));
    backend.fail("openDevice", new USBError("gone", { code: "ENODEV" }));
    await expect(find({ backend, serialNumber: "S1" })).resolves.toBeUndefined();
  });
});

describe("customMatch", () => {
  it("comes last, may wait, and ends find at the first that it takes", async () => {
    const backend = bus(
      described({ idProduct: 1 }),
      described({ idProduct: 2 }),
      described({ idProduct: 3 }),
    );
    const asked: number[] = [];
    const customMatch: NonNullable<FindOptions["customMatch"]> = async ({ idProduct }) => {
      asked.push(idProduct);
      return idProduct === 2;
    };
    await expect(find({ backend, customMatch })).resolves.toMatchObject({ idProduct: 2 });
    expect(asked).toEqual([1, 2]);
    await expect(find({ backend, idProduct: 3, customMatch })).resolves.toBeUndefined();
    expect(asked).toEqual([1, 2, 3]);
  });

  it("passes its error on", async () => {
    const customMatch = () => {
      throw new USBError("mine", { code: "EIO" });
    };
    await expect(findAll({ backend: bus(described()), customMatch })).rejects.toThrow("mine");
  });
});

describe("devices", () => {
  it("gives one at a time and asks anew at each iteration", async () => {
    const backend = bus(described({ idProduct: 1 }), described({ idProduct: 2 }));
    const all = devices({ backend });
    for await (const device of all) {
      expect(device.idProduct).toBe(1);
      break;
    }
    backend.plug(described({ idProduct: 3 }));
    const found: number[] = [];
    for await (const device of all) found.push(device.idProduct);
    expect(found).toEqual([1, 2, 3]);
  });

  it("throws at once for wrong options", () => {
    expect(() => devices({ vendor: 1 } as FindOptions)).toThrow(TypeError);
  });
});

describe("wrong options", () => {
  const backend = bus();

  it.each([
    [{ vendorId: 1 }, "vendorId"],
    [{ idVendor: "1" }, "idVendor"],
    [{ serialNumber: 1 }, "serialNumber"],
    [{ portNumbers: 1 }, "portNumbers"],
    [{ portNumbers: ["1"] }, "portNumbers[0]"],
    [{ customMatch: true }, "customMatch"],
    [{ backend: "libusb1" }, "backend"],
    [[], "options"],
  ])("reject with a TypeError for %o", async (options, named) => {
    const call = find({ backend, ...(Array.isArray(options) ? {} : options) } as unknown as FindOptions);
    const wrong = Array.isArray(options) ? find(options as unknown as FindOptions) : call;
    await call.catch(() => undefined);
    await expect(wrong).rejects.toThrow(TypeError);
    await expect(wrong).rejects.toThrow(named);
  });

  it.each([
    { idVendor: 0x10000 },
    { idVendor: -1 },
    { bDeviceClass: 256 },
    { address: 1.5 },
    { portNumbers: [300] },
    { bcdUSB: Number.NaN },
  ])("reject with a RangeError for %o", async (options) => {
    await expect(find({ backend, ...options })).rejects.toThrow(RangeError);
  });

  it("name the keys that there are", async () => {
    await expect(find({ vendorId: 1 } as unknown as FindOptions)).rejects.toThrow(
      /idVendor.*customMatch.*backend/,
    );
  });

  it.each([
    ["a forgotten await", Promise.resolve(backend), "await getBackend()"],
    ["a function that was not called", () => backend, "await getBackend()"],
    ["the name of a backend", "libusb1", 'await getBackend({ order: ["libusb1"] })'],
  ])("say for a backend that is %s how to get one", async (_, given, remedy) => {
    const options = { backend: given } as unknown as FindOptions;
    for (const call of [find(options), findAll(options), wrapSysDevice(3, options)]) {
      await expect(call).rejects.toThrow(TypeError);
      await expect(call).rejects.toThrow(remedy);
    }
  });

  it("call a backend that lacks a method the backend's fault", async () => {
    const lame = new FakeBackend();
    Reflect.set(lame, "submit", undefined);
    await expect(find({ backend: lame })).rejects.toMatchObject({ code: "ERR_USB_BACKEND", backend: "fake" });
    await expect(find({ backend: lame })).rejects.toThrow("submit");
  });
});
