import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../guest.mjs", import.meta.url));
const inside = fileURLToPath(new URL("inside.sh", import.meta.url));

function guest(words: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<Buffer> {
  return spawnSync(process.execPath, [script, ...words], { env: { ...process.env, ...env } });
}

function refusal(...words: readonly string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = guest(words);
  expect(stdout).toHaveLength(0);
  return { status, text: stderr.toString() };
}

describe("the guest's command line", () => {
  it("explains itself on stdout", () => {
    const { status, stdout } = guest(["--help"]);
    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(/^usage: /);
  });

  it.each([
    { words: [], names: "COMMAND" },
    { words: ["--nonsense", "true"], names: "--nonsense" },
    { words: ["--devices", "kbd,toaster", "true"], names: "toaster" },
    { words: ["--devices=mouse", "true"], names: "hub" },
    { words: ["--timeout", "soon", "true"], names: "soon" },
    { words: ["--out"], names: "--out" },
  ])("refuses $words and names what is wrong", ({ words, names }) => {
    const { status, text } = refusal(...words);
    expect(status).toBe(64);
    expect(text).toContain(names);
  });
});

// Installs packages and fetches the kernel where that may be done, as on Debian as root: there, nothing is skipped.
const ready = guest(["--check"]);
const lacks = ready.status === 0 ? undefined : ready.stderr.toString().trim();

describe.skipIf(lacks !== undefined)(`a command in the guest${lacks ? ` (skipped: ${lacks})` : ""}`, () => {
  const out = mkdtempSync(join(tmpdir(), "tsusb-guest-test-"));
  const words = ["two  spaces", "it's", "$HOME", "", "\\n*", "ü"];
  let run: SpawnSyncReturns<Buffer>;
  const result = (name: string) => readFileSync(join(out, name), "utf8");

  beforeAll(() => {
    run = guest(["--timeout", "150", "--out", out, "bash", inside, ...words], { TSUSB_TEST_OUT: out });
  }, 180_000);
  afterAll(() => rmSync(out, { recursive: true }));

  it("gives its stdout to the byte, and nothing else", () => {
    expect(run.stdout.toString("latin1")).toBe("a\nb\r\n\0\xffno line feed");
  });

  it("gives its stderr to the byte, and nothing else", () => {
    expect(run.stderr.toString("latin1")).toBe("e\r\n\0x");
  });

  it("gives its exit status", () => {
    expect(run.status).toBe(7);
  });

  it("gets its arguments as they are", () => {
    expect(result("words").split("\0").slice(0, -1)).toEqual(words);
  });

  it("runs in the caller's folder with the caller's Node and without a terminal", () => {
    expect(result("pwd").trim()).toBe(process.cwd());
    expect(result("node").trim()).toBe(process.execPath);
    expect(result("terminal").trim()).toBe("none");
  });

  it("may write anywhere, and this machine's files stay as they are", () => {
    expect(result("throw-away").trim()).toBe("on the throw-away layer");
    expect(readFileSync(fileURLToPath(import.meta.url), "utf8")).toContain("stay as they are");
  });

  it("finds every device by lsusb", () => {
    const ids = [...result("lsusb").matchAll(/: ID (\S+)/g)].map((match) => match[1]).sort();
    expect(ids.filter((id) => !id?.startsWith("1d6b:"))).toEqual([
      ...["0409:55aa", "0525:a4a0", "0525:a4a0", "0525:a4a5", "0525:a4a7", "0525:a4ac"],
      ...["0627:0001", "0627:0001", "0627:0001", "46f4:0001"],
    ]);
    expect(result("gadgets").match(/ plugged$/gm)).toHaveLength(5);
  });

  it("finds them by PyUSB, gadget zero at high and at super speed", () => {
    // Source: enum libusb_speed in libusb.h 1.0.26: 2 full, 3 high, 4 super.
    expect(python().devices).toEqual([
      [0x0409, 0x55aa, "QEMU USB Hub", 2],
      [0x0525, 0xa4a0, "Gadget Zero", 3],
      [0x0525, 0xa4a0, "Gadget Zero", 4],
      [0x0525, 0xa4a5, "Gadget Storage", 4],
      [0x0525, 0xa4a7, "Gadget Serial", 3],
      [0x0525, 0xa4ac, "Gadget Keyboard", 3],
      [0x0627, 0x0001, "QEMU USB Keyboard", 3],
      [0x0627, 0x0001, "QEMU USB Mouse", 2],
      [0x0627, 0x0001, "QEMU USB Tablet", 3],
      [0x46f4, 0x0001, "QEMU USB HARDDRIVE", 4],
    ]);
  });

  it("gets the key that it asked the host for, and its release", () => {
    // Source: HID Usage Tables 1.12, section 10: 5 is the key b.
    expect(python().key).toEqual([
      [0, 0, 5, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it("gets a report from the HID gadget", () => {
    expect(python().report).toEqual([2, 0, 4, 0, 0, 0, 0, 0]);
  });

  it("exchanges data with gadget zero at both speeds", () => {
    expect(python().buffers).toEqual([true, true]);
    expect(python().loopbacks).toEqual([true, true]);
  });

  it("hears why the host refuses a request", () => {
    expect(result("refused")).toMatch(/no-such-key.*\n1\nask-host: recording: error .*unplug audio first\n$/);
  });

  it("hears where the recording of the sound card is, once that is unplugged", () => {
    expect(result("recording")).toMatch(/^\/.*\/sound-1\.wav\n$/);
  });

  it("pulls and plugs a gadget and one of QEMU's devices", () => {
    expect(result("plugs").trim().split("\n")).toEqual(["present", "absent", "present", "absent", "present"]);
  });

  it("ends with 125 and the panic's own words if the kernel dies", { timeout: 120_000 }, () => {
    const { status, text } = refusal("--devices", "none", "echo c >/proc/sysrq-trigger");
    expect(status).toBe(125);
    expect(text).toContain("sysrq triggered crash");
  });

  it("ends with 125 when the time is up", { timeout: 60_000 }, () => {
    const { status, text } = refusal("--timeout", "0.5", "true");
    expect(status).toBe(125);
    expect(text).toContain("0.5 s");
  });

  function python(): Record<"devices" | "key" | "report" | "buffers" | "loopbacks", unknown> {
    return JSON.parse(result("python"));
  }
});
