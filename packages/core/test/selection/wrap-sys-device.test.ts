import { wrapSysDevice } from "@tsusb/core";
import { beforeEach, describe, expect, it } from "vitest";
import { configurationBytes, deviceBytes, FakeBackend, FakeHandle } from "../support/fake-backend.js";

/** Takes one descriptor for its first device. */
class WrappingBackend extends FakeBackend {
  override async wrapSysDevice(fd: number): Promise<FakeHandle> {
    this.calls.push({ method: "wrapSysDevice", args: [fd] });
    const device = this.devices[0];
    if (device === undefined) throw new Error("no device");
    const handle = new FakeHandle(device);
    this.handles.add(handle);
    return handle;
  }
}

let backend: WrappingBackend;

beforeEach(() => {
  backend = new WrappingBackend();
  backend.plug({ descriptor: deviceBytes({ idVendor: 0x1234 }), configurations: [configurationBytes([{}])] });
});

describe("wrapSysDevice", () => {
  it("gives an open device around the descriptor", async () => {
    const device = await wrapSysDevice(7, { backend });
    expect(device).toMatchObject({ idVendor: 0x1234, isOpen: true });
    expect(backend.log).toEqual(["wrapSysDevice"]);
    await device.close();
    expect(backend.log).toEqual(["wrapSysDevice", "closeDevice"]);
  });

  it("rejects with ENOSYS where the backend cannot do that", async () => {
    await expect(wrapSysDevice(7, { backend: new FakeBackend() })).rejects.toMatchObject({ code: "ENOSYS" });
  });

  it("rejects wrong arguments, naming them", async () => {
    await expect(wrapSysDevice("7" as unknown as number)).rejects.toThrow(/fd must be a number/);
    await expect(wrapSysDevice(-1)).rejects.toThrow(RangeError);
    await expect(wrapSysDevice(7, { bakend: backend } as object)).rejects.toThrow(/"bakend"/);
  });
});
