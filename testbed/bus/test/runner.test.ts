import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bus, busIsPossible, requirePackages } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "tsusb-bus-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
};

describe.skipIf(!busIsPossible)("the runner", () => {
  beforeAll(() => requirePackages("usbutils"), 120_000);

  it("gives the command's own stdout, stderr and exit status, and passes stdin", async () => {
    const outcome = await bus(["--", "sh", "-c", "cat; echo err >&2; exit 7"], { input: "in" });
    expect(outcome).toEqual({ status: 7, stdout: "in", stderr: "err\n" });
  });

  it("takes the command also without --", async () => {
    expect(await bus(["echo", "-n", "--", "x"])).toEqual({ status: 0, stdout: "-- x", stderr: "" });
  });

  it("ends with 128 + n when a signal ended the command", async () => {
    expect((await bus(["--", "sh", "-c", "kill -9 $$"])).status).toBe(137);
  });

  it("hands a signal on to the command", async () => {
    const outcome = bus(["--", "sh", "-c", "trap 'exit 9' TERM; kill -TERM $PPID; sleep 5 & wait"]);
    expect((await outcome).status).toBe(9);
  });

  it("ends with 127 when there is no such command", async () => {
    const { status, stderr } = await bus(["--", "no-such-command"]);
    expect(status).toBe(127);
    expect(stderr).toContain("no-such-command");
  });

  it("ends with 64 on an unknown option and without a command", async () => {
    expect((await bus(["--wrong", "--", "true"])).status).toBe(64);
    expect((await bus([])).status).toBe(64);
  });

  it("ends with 65 and names what is wrong in a description", async () => {
    const wrong = file("wrong.json", { device: { idVendor: "0xgg" } });
    const { status, stderr } = await bus(["--devices", wrong, "--", "true"]);
    expect(status).toBe(65);
    expect(stderr).toContain("idVendor");
    expect((await bus(["--devices", file("broken.json", "{"), "--", "true"])).status).toBe(65);
  });

  it("leaves no process behind, also when it is killed", async () => {
    const marker = `86${process.pid}`;
    let pid = 0;
    const started = (runner: number): void => {
      pid = runner;
    };
    const outcome = bus(["--", "sh", "-c", `sleep ${marker} & echo ready; sleep ${marker}`], { started });
    await expect.poll(() => processesWith(marker), { timeout: 5000 }).toBeGreaterThan(1);
    process.kill(pid, "SIGKILL");
    await outcome;
    await expect.poll(() => processesWith(marker), { timeout: 5000 }).toBe(0);
  });

  it("works with an empty environment and no cache folder that can be written", async () => {
    const env = { PATH: process.env.PATH, HOME: "/proc", XDG_CACHE_HOME: "/proc/none" };
    expect((await bus(["--", "true"], { env })).status).toBe(0);
  });

  it("shows an empty bus with --empty", async () => {
    expect(await bus(["--empty", "--", "ls", "/dev/bus/usb"])).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("keeps two buses that run side by side apart", async () => {
    const list = ["--", "sh", "-c", "sleep 0.3; ls /sys/bus/usb/devices | wc -l"];
    const [empty, full] = await Promise.all([bus(["--empty", ...list]), bus(list)]);
    expect([empty?.stdout.trim(), full?.stdout.trim()]).toEqual(["0", "8"]);
  });

  it("shows 100 devices on two buses", async () => {
    const endpoint = { bEndpointAddress: "0x81", bmAttributes: "bulk" };
    const devices = Array.from({ length: 100 }, (_, i) => ({
      bus: 1 + Math.floor(i / 60),
      product: `Device ${i}`,
      configurations: [{ interfaces: [{ endpoints: [endpoint] }] }],
    }));
    const { stdout } = await bus(["--devices", file("many.json", { devices }), "--", "lsusb"]);
    expect(stdout.match(/1209:0001/g)).toHaveLength(100);
    expect(stdout.match(/1d6b:0002/g)).toHaveLength(2);
  });
});

/** How many processes have this word among their arguments. */
function processesWith(word: string): number {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && argumentsOf(pid).includes(word)).length;
}

function argumentsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // ended meanwhile
  }
}
