import { expect, it } from "vitest";
import { getBackend } from "../src/index.js";

const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 };

it("lets timers run while a program awaits one transfer after another", async () => {
  const backend = await getBackend();
  const [device] = await backend.enumerateDevices();
  if (device === undefined) throw new Error("the virtual bus has no device");
  const handle = await backend.openDevice(device);
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
  }, 200);
  let transfers = 0;
  const request = { type: "control", endpoint: 0, setup, length: 18, timeout: 1000 } as const;
  while (!isOver && transfers < 50_000_000) {
    await backend.submit(handle, request).done;
    transfers++;
  }
  clearTimeout(timer);
  expect(isOver).toBe(true);
  expect(transfers).toBeGreaterThan(100);
  await backend.close();
});

it("settles in the order of submission, also over a turn of the event loop", async () => {
  const backend = await getBackend();
  const [device] = await backend.enumerateDevices();
  if (device === undefined) throw new Error("the virtual bus has no device");
  const handle = await backend.openDevice(device);
  const request = { type: "control", endpoint: 0, setup, length: 18, timeout: 1000 } as const;
  const settled: number[] = [];
  await Promise.all(
    Array.from({ length: 20_000 }, (_, index) =>
      backend.submit(handle, request).done.then(() => {
        settled.push(index);
      }),
    ),
  );
  expect(settled.every((index, position) => index === position)).toBe(true);
  await backend.close();
});
