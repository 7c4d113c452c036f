import { expect, it } from "vitest";
import { runExample } from "./run-example.js";

it("storage-inquiry names a real disk of the guest, and gives the driver back", async () => {
  for (let times = 0; times < 2; times++) {
    const { status, out, err } = await runExample("storage-inquiry");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(/^vendor "(QEMU|Linux)", product "/);
  }
});
