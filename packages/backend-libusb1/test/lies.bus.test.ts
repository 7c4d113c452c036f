import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getBackend, type LibUsb1Backend, type LibUsb1Handle } from "@tsusb/backend-libusb1";
import type { Submission } from "@tsusb/core/backend";
import { afterEach, describe, expect, it } from "vitest";
import { buildForwardingLibrary } from "./forwarding/build.mjs";

const run = promisify(execFile);

/** Endpoints of the played device, both on interface 2: one that never answers, one that always does. */
const SILENT = 0x85;
const SOURCE = 0x84;

let liar: LibUsb1Backend;

afterEach(() => liar?.close());

async function open(libraryPath: string): Promise<LibUsb1Handle> {
  liar = await getBackend({ libraryPath });
  const device = (await liar.enumerateDevices()).find(({ product }) => product === "Played Device");
  if (device === undefined) throw new Error("the played device is not on the bus; run this by `npm run bus`");
  const handle = await liar.openDevice(device);
  await liar.claimInterface(handle, 2);
  return handle;
}

const pending = (handle: LibUsb1Handle, count: number): readonly Submission[] =>
  Array.from({ length: count }, () =>
    liar.submit(handle, { type: "bulk", endpoint: SILENT, length: 512, timeout: 0 }),
  );

const statuses = async (submissions: readonly Submission[]) =>
  new Set((await Promise.all(submissions.map(({ done }) => done))).map(({ status }) => status));

const program = async (libraryPath: string, ...args: readonly string[]) =>
  run(process.execPath, [fileURLToPath(new URL("hazard.mjs", import.meta.url)), ...args], {
    timeout: 25_000,
    env: { ...process.env, TSUSB_LIBUSB1_PATH: libraryPath },
  });

const NEVER_CANCELS = {
  name: "never-cancels",
  overrides: "int libusb_cancel_transfer(void *transfer) { (void)transfer; return 0; }",
};

describe("a library that lies", () => {
  it("and never gives a cancelled transfer back does not keep close from settling it", async () => {
    const handle = await open(buildForwardingLibrary("1.0.26", NEVER_CANCELS));
    const reads = pending(handle, 3);
    const closed = liar.close();
    expect(await statuses(reads)).toEqual(new Set(["cancelled"]));
    await closed;
  }, 30_000);

  it("and never gives a cancelled transfer back does not keep a stream from ending", async () => {
    const handle = await open(buildForwardingLibrary("1.0.26", NEVER_CANCELS));
    const request = {
      type: "bulk",
      endpoint: SILENT,
      transferSize: 512,
      transfers: 3,
      bufferSize: 4096,
    } as const;
    const stream = await liar.openStream(handle, request);
    const read = stream.read();
    await liar.close();
    expect(await read).toBeUndefined();
    expect(stream.stats()).toMatchObject({ inFlight: 0, bytes: 0 });
  }, 30_000);

  it("and never gives a cancelled transfer back does not keep the process from ending", async () => {
    const { stdout } = await program(buildForwardingLibrary("1.0.26", NEVER_CANCELS), "lose");
    expect(stdout).toBe("closed\n");
  }, 30_000);

  it("and does not come back from a close does not keep a worker from ending", async () => {
    const libraryPath = buildForwardingLibrary("1.0.26", {
      name: "hangs-in-close",
      overrides: "int pause(void);\nvoid libusb_close(void *handle) { (void)handle; for (;;) pause(); }",
    });
    const { stdout } = await program(libraryPath, "worker-only");
    expect(stdout).toBe("ended\n");
  }, 30_000);

  it("about an error of its event handling does not occupy a processor", async () => {
    const libraryPath = buildForwardingLibrary("1.0.26", {
      name: "event-errors",
      overrides: `
int libusb_handle_events_timeout_completed(void *context, void *timeout, int *completed) {
  (void)timeout;
  long none[2] = {0, 0};
  ((int (*)(void *, void *, int *))find("libusb_handle_events_timeout_completed"))(context, none, completed);
  return -10;
}`,
    });
    const handle = await open(libraryPath);
    const { user, system } = process.cpuUsage();
    const { status } = await liar.submit(handle, {
      type: "bulk",
      endpoint: SILENT,
      length: 64,
      timeout: 1000,
    }).done;
    const { user: userAfter, system: systemAfter } = process.cpuUsage();
    expect(status).toBe("timedOut");
    // A thread that spins would have used the whole second.
    expect((userAfter - user + systemAfter - system) / 1e6).toBeLessThan(0.5);
  });

  it("about the length of a transfer gives no byte that is not there", async () => {
    const libraryPath = buildForwardingLibrary("1.0.26", {
      name: "long",
      overrides: `
struct transfer { void *handle; unsigned char flags, endpoint, type; unsigned timeout; int status, length, actual;
                  void (*callback)(struct transfer *); };
static void (*theirs)(struct transfer *);
static void lie(struct transfer *t) { t->actual = 1 << 30; theirs(t); }
int libusb_submit_transfer(struct transfer *t) {
  theirs = t->callback;
  t->callback = lie;
  return ((int (*)(struct transfer *))find("libusb_submit_transfer"))(t);
}`,
    });
    const handle = await open(libraryPath);
    const request = { type: "bulk", endpoint: SOURCE, timeout: 1000 } as const;
    const { length, data } = await liar.submit(handle, { ...request, length: 100 }).done;
    expect({ length, bytes: data?.length }).toEqual({ length: 100, bytes: 100 });
    expect(await liar.submit(handle, { ...request, into: new Uint8Array(100) }).done).toMatchObject({
      length: 100,
    });
  });
});
