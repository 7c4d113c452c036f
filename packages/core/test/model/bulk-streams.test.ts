import { describe, expect, it } from "vitest";
import { fixture, settle } from "./fixture.js";

describe("bulk streams", () => {
  const able = { bulkStreams: true };

  it("are set up on claimed endpoints, as many as there are to be had, and given back", async () => {
    const { backend, device } = await fixture({}, able);
    expect(await device.allocStreams(100, [0x81, 0x01, 0x85])).toBe(16);
    await device.freeStreams([0x81, 0x01, 0x85]);
    expect(backend.log).toEqual([
      "openDevice",
      "getConfiguration",
      "claimInterface",
      "claimInterface",
      "allocStreams",
      "freeStreams",
    ]);
    const [allocated, freed] = backend.calls.slice(-2).map(({ args }) => args.slice(1));
    expect([allocated, freed]).toEqual([
      [100, 0x81, 0x01, 0x85],
      [0x81, 0x01, 0x85],
    ]);
  });

  it("are refused while a transfer is pending on one of the endpoints", async () => {
    const { device } = await fixture({}, able);
    const read = device.read(0x85, 512, 0).catch((error: unknown) => error);
    await settle();
    await expect(device.allocStreams(2, [0x81, 0x85])).rejects.toMatchObject({ code: "EBUSY" });
    expect(await device.allocStreams(2, [0x81])).toBe(2);
    await device.close();
    await read;
  });

  it("are refused with a wrong number or without an endpoint, before anything is opened", async () => {
    const { backend, device } = await fixture({}, able);
    for (const count of [0, 65_534, 1.5, Number.NaN])
      await expect(device.allocStreams(count, [0x81])).rejects.toThrow(RangeError);
    await expect(device.allocStreams(1, [])).rejects.toThrow(TypeError);
    await expect(device.freeStreams([300])).rejects.toThrow(RangeError);
    expect(backend.log).toEqual([]);
    await expect(device.allocStreams(1, [0x8f])).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("reject with ENOSYS where the backend has none", async () => {
    const { device } = await fixture();
    await expect(device.allocStreams(1, [0x81])).rejects.toMatchObject({ code: "ENOSYS" });
    await expect(device.freeStreams([0x81])).rejects.toMatchObject({ code: "ENOSYS" });
    const request = { endpoint: 0x81, length: 512, streamId: 1 };
    await expect(device.transfer(request)).rejects.toMatchObject({ code: "ENOSYS" });
  });
});
