import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { hidKeyboard } from "@tsusb/backend-virtual";
import { expect, it, onTestFinished, vi } from "vitest";
import { attach } from "./attached.js";

const PATIENCE = { timeout: 20_000, interval: 20 };

/** One report; rejects with EAGAIN if there is none. */
async function report(node: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await node.read(Buffer.alloc(64), 0, 64, null);
  return buffer.toString("hex", 0, bytesRead);
}

it("hidraw hands out the keyboard's reports as they are", async () => {
  const keyboard = hidKeyboard();
  const attached = await attach(keyboard, /hidraw\/hidraw\d+$/);
  onTestFinished(() => attached.close());
  // A read that waits would keep a thread of the pool, and the end of the test.
  const node = await open(
    `/dev/${basename(attached.kernel.below)}`,
    constants.O_RDONLY | constants.O_NONBLOCK,
  );
  onTestFinished(() => node.close());
  // The kernel drops the reports that come while its driver is still at work on the device.
  await vi.waitFor(() => {
    keyboard.type("b");
    return report(node);
  }, PATIENCE);
  await vi.waitFor(() => expect(keyboard.queued(0x81)).toBe(0), PATIENCE);
  keyboard.type("aC");
  const reports: string[] = [];
  const ofB = /^.{4}05/;
  await vi.waitFor(async () => {
    reports.push(await report(node));
    const first = reports.indexOf("0000040000000000");
    expect(reports.slice(first)).toEqual([
      ...["0000040000000000", "0000000000000000"],
      ...["0200060000000000", "0000000000000000"],
    ]);
  }, PATIENCE);
  expect(reports.slice(0, -4).every((each) => ofB.test(each) || each === "0000000000000000")).toBe(true);
});
