import { expect, it } from "vitest";
import { runExample } from "./run-example.js";

it("storage-inquiry names a real disk of the guest, and gives the driver back", async () => {
  for (let times = 0; times < 2; times++) {
    const { status, out, err } = await runExample("storage-inquiry");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(/^vendor "(QEMU|Linux)", product "/);
  }
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
