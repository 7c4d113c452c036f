import { getBackend } from "@tsusb/backend-virtual";
import { it } from "vitest";
it("speed", async () => {
  const backend = await getBackend();
  const [device] = await backend.enumerateDevices();
  const handle = await backend.openDevice(device as never);
  await backend.claimInterface(handle, 0);
  await backend.claimInterface(handle, 2);
  const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 };
  for (let r = 0; r < 3; r++) {
    let worst = 0, last = performance.now();
    const timer = setInterval(() => { const n = performance.now(); worst = Math.max(worst, n - last); last = n; }, 1);
    let t = performance.now();
    for (let i = 0; i < 200_000; i++) await backend.submit(handle, { type: "control", endpoint: 0, setup, length: 18, timeout: 1000 }).done;
    console.log("control/s", Math.round(200_000 / ((performance.now() - t) / 1000)), "worst timer gap", worst);
    t = performance.now(); worst = 0;
    for (let i = 0; i < 10_000; i++) await backend.submit(handle, { type: "bulk", endpoint: 0x84, length: 65536, timeout: 1000 }).done;
    console.log("source MB/s", Math.round(655.36 / ((performance.now() - t) / 1000)), worst);
    const into = new Uint8Array(65536); const data = new Uint8Array(65536);
    t = performance.now();
    for (let i = 0; i < 10_000; i++) await backend.submit(handle, { type: "bulk", endpoint: 0x84, into, timeout: 1000 }).done;
    console.log("source into MB/s", Math.round(655.36 / ((performance.now() - t) / 1000)));
    t = performance.now();
    for (let i = 0; i < 10_000; i++) await backend.submit(handle, { type: "bulk", endpoint: 0x04, data, timeout: 1000 }).done;
    console.log("sink MB/s", Math.round(655.36 / ((performance.now() - t) / 1000)));
    t = performance.now();
    for (let i = 0; i < 10_000; i++) { const r = backend.submit(handle, { type: "bulk", endpoint: 0x81, length: 65536, timeout: 1000 }).done; await backend.submit(handle, { type: "bulk", endpoint: 0x01, data, timeout: 1000 }).done; await r; }
    console.log("loopback MB/s", Math.round(655.36 / ((performance.now() - t) / 1000)));
    clearInterval(timer);
  }
});
