import { expect, it } from "vitest";
import { runExample } from "./run-example.js";

it("storage-inquiry names a real disk of the guest, and gives the driver back", async () => {
  for (let times = 0; times < 2; times++) {
    const { status, out, err } = await runExample("storage-inquiry");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(/^vendor "(QEMU|Linux)", product "/);
  }
});

it("any-backend says the same of a real kernel's gadget zero, through libusb 1.0 and libusb 0.1", async () => {
  const run = (backend: string) =>
    runExample("any-backend", { words: ["0525:a4a0"], env: { TSUSB_BACKEND: backend } });
  const [libusb1, libusb0] = [await run("libusb1"), await run("libusb0")];
  expect(libusb1).toMatchObject({ status: 0, err: "backend libusb1\n" });
  expect(libusb1.out).toContain("\ncontrol: 64 bytes, equal: true\n");
  expect(libusb1.out).toContain("\nbulk: 1024 bytes out, 1024 bytes in, sha256 ");
  expect(libusb0).toEqual({ status: 0, err: "backend libusb0\n", out: libusb1.out });
});

it("multi-backend sees both gadgets zero alike through libusb 1.0 and libusb 0.1 on a real kernel", async () => {
  const { status, out } = await runExample("multi-backend", { words: ["--json", "0525:a4a0"] });
  const devices: readonly (readonly { backend: string; descriptors: readonly string[] }[])[] =
    JSON.parse(out);
  expect(devices).toHaveLength(2);
  for (const seen of devices) {
    expect(seen.map(({ backend }) => backend)).toEqual(["libusb1", "libusb0"]);
    expect(seen[0]?.descriptors).toEqual(seen[1]?.descriptors);
  }
  expect(status).toBe(0);
});
