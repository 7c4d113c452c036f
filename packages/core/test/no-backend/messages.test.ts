import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { libraryAdvice } from "../../src/selection/library-advice.js";
import { readSystemFacts } from "../../src/selection/system-facts.js";
import { StagedProgram, type Told } from "./staged-program.js";

const MULTIARCH = execFileSync("cc", ["-print-multiarch"], { encoding: "utf8" }).trim();
const LIBUSB_1 = `/usr/lib/${MULTIARCH}/libusb-1.0.so.0`;
const LIBUSB_0 = `/usr/lib/${MULTIARCH}/libusb-0.1.so.4`;

/** Before a command that is to see mounts of its own; who is not root is root in a user namespace. */
const UNSHARE = ["unshare", "--mount", ...(process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"])];

function canMount(): boolean {
  const [command = "", ...args] = UNSHARE;
  return spawnSync(command, [...args, "true"]).status === 0;
}

/** What the message is on a Debian machine whose user is not root, the program in /home/me/app. */
function normalised(message: string, program: StagedProgram): string {
  const here = readSystemFacts();
  const debian = { ...here, platform: "linux", distribution: ["debian"], isRoot: false };
  let text = message.replaceAll(program.directory, "/home/me/app").replaceAll(process.arch, "x64");
  for (const backend of ["libusb1", "libusb0", "openusb"]) {
    const theirs = libraryAdvice(backend, debian)?.join("\n") ?? "";
    // Who has mounts of its own is root there.
    for (const isRoot of [true, false])
      text = text.replaceAll(libraryAdvice(backend, { ...here, isRoot })?.join("\n") ?? "", theirs);
  }
  return (
    text
      .replaceAll(MULTIARCH, "x86_64-linux-gnu")
      .replace(
        /(there is no [^/]+ in) .+$/gm,
        "$1 /usr/local/lib, /lib/x86_64-linux-gnu, /usr/lib and 6 more folders",
      )
      // What this machine's releases of libusb are.
      .replace(/of \d+ bytes/g, "of 119836 bytes")
      .replace(/libusb-0\.1\.so\.4[.\d]+/g, "libusb-0.1.so.4.4.4")
  );
}

/** Holds a message against its snapshot, and an error nobody catches against being longer than its message. */
async function expectMessage(told: Told, program: StagedProgram, cause: string): Promise<void> {
  expect(told).toMatchObject({ name: "NoBackendError", code: "ERR_USB_NO_BACKEND" });
  expect(told.printed).not.toContain("attempts");
  await expect(`${normalised(told.message, program)}\n`).toMatchFileSnapshot(`messages/${cause}.txt`);
}

/** Runs the program with a file given as libusb 1.0. */
function runWithLibrary(program: StagedProgram, path: string): Told {
  return program.run({ TSUSB_LIBUSB1_PATH: path });
}

describe("the message of NoBackendError, where", () => {
  it("nothing is installed, says what to install", async () => {
    using program = new StagedProgram();
    const told = program.run();
    await expectMessage(told, program, "nothing-installed");
    expect(told.attempts.map(({ outcome }) => outcome)).toEqual(Array(3).fill("not-installed"));
  });

  it("the C library is not there, says how to get it", async ({ skip }) => {
    if (!canMount()) skip("this user may not make mounts of its own");
    using program = new StagedProgram("backend-libusb1");
    const told = program.run({}, { wrap: [...UNSHARE, "sh", withoutLibrary(program)] });
    await expectMessage(told, program, "no-c-library");
    expect(told.attempts[0]).toMatchObject({ name: "libusb1", outcome: "failed" });
    expect(told.attempts[0]?.libraries.length).toBeGreaterThan(3);
  });

  it("TSUSB_LIBUSB1_PATH names a file that does not exist, says to correct it", async () => {
    using program = new StagedProgram("backend-libusb1");
    const told = runWithLibrary(program, program.path("libusb-1.0.so.0"));
    await expectMessage(told, program, "missing-file");
    expect(told.attempts[0]?.libraries).toMatchObject([{ source: "environment", reason: "not-found" }]);
  });

  it("it names a folder", async () => {
    using program = new StagedProgram("backend-libusb1");
    mkdirSync(program.path("libusb"));
    const told = runWithLibrary(program, program.path("libusb"));
    await expectMessage(told, program, "directory");
    expect(told.attempts[0]?.libraries).toMatchObject([{ reason: "directory" }]);
  });

  it("it names a text file", async () => {
    using program = new StagedProgram("backend-libusb1");
    const told = runWithLibrary(program, program.write("libusb.so", "libusb 1.0 goes here\n"));
    await expectMessage(told, program, "text-file");
    expect(told.attempts[0]?.libraries).toMatchObject([{ reason: "not-a-library" }]);
  });

  it("it names a library of another architecture", async () => {
    using program = new StagedProgram("backend-libusb1");
    const bytes = readFileSync(LIBUSB_1);
    // The real one, its e_machine changed: EM_AARCH64, or EM_X86_64 where that is the machine's own (elf.h).
    bytes.writeUInt16LE(process.arch === "arm64" ? 62 : 183, 18);
    const told = runWithLibrary(program, program.write("libusb-1.0.so.0", bytes));
    await expectMessage(
      { ...told, message: told.message.replace("is for x64", "is for arm64") },
      program,
      "other-architecture",
    );
    expect(told.attempts[0]?.libraries).toMatchObject([{ reason: "wrong-architecture" }]);
  });

  it("it names a library for 32 bits", async () => {
    using program = new StagedProgram("backend-libusb1");
    const told = runWithLibrary(program, program.write("libusb-1.0.so.0", elf32()));
    await expectMessage(told, program, "32-bit");
    expect(told.attempts[0]?.libraries).toMatchObject([{ reason: "wrong-architecture" }]);
  });

  it("it names a library that was cut short", async () => {
    using program = new StagedProgram("backend-libusb1");
    const half = readFileSync(LIBUSB_1).subarray(0, 40_000);
    const told = runWithLibrary(program, program.write("libusb-1.0.so.0", half));
    await expectMessage(told, program, "cut-short");
    expect(told.attempts[0]?.libraries).toMatchObject([{ reason: "not-a-library" }]);
  });

  it("it names a library that lacks a symbol", async () => {
    using program = new StagedProgram("backend-libusb1");
    const old = ["init", "exit", "get_device_list", "open", "close"].map(
      (name) => `void libusb_${name}(void) {}`,
    );
    const told = runWithLibrary(program, program.compile("libusb-1.0.so.0", old.join("\n")));
    await expectMessage(told, program, "missing-symbol");
    expect(told.attempts[0]?.libraries).toMatchObject([{ reason: "missing-symbols" }]);
  });

  it("it names libusb 0.1", async () => {
    using program = new StagedProgram("backend-libusb1");
    const told = runWithLibrary(program, LIBUSB_0);
    await expectMessage(told, program, "other-library");
    expect(told.attempts[0]?.libraries).toMatchObject([{ reason: "wrong-library" }]);
  });

  it("it names a file that this user may not read", async () => {
    using program = new StagedProgram("backend-libusb1");
    const file = program.write("libusb-1.0.so.0", readFileSync(LIBUSB_1));
    chmodSync(file, 0);
    // Root may read everything.
    const told = program.run({ TSUSB_LIBUSB1_PATH: file }, { uid: process.getuid?.() === 0 ? 65534 : 0 });
    await expectMessage(told, program, "no-permission");
    expect(told.attempts[0]?.libraries).toMatchObject([{ reason: "no-permission" }]);
  });

  it("the addon was not built for this platform, says how to build it", async () => {
    using program = new StagedProgram("backend-libusb1");
    program.remove("node_modules/@tsusb/backend-libusb1/native/prebuilds");
    const told = program.run();
    await expectMessage(told, program, "no-addon");
    expect(told.attempts[0]).toMatchObject({ outcome: "failed", libraries: [] });
  });

  it("the addon does not load, says why and how to build it", async () => {
    using program = new StagedProgram("backend-libusb1");
    const addon = `node_modules/@tsusb/backend-libusb1/native/prebuilds/${process.platform}-${process.arch}/tsusb_libusb1.node`;
    program.write(addon, "a pointer that Git LFS left in place of the addon, say\n".repeat(100));
    const told = program.run();
    await expectMessage(told, program, "addon-does-not-load");
    expect(told.attempts[0]).toMatchObject({ outcome: "failed", libraries: [] });
  });

  it("a package throws while it is imported", async () => {
    using program = new StagedProgram();
    program.installBackend("@acme/backend-usb", "throw new Error('the licence has expired');");
    const told = program.run();
    await expectMessage(told, program, "import-throws");
    expect(told.attempts.at(-1)).toMatchObject({ outcome: "import-failed" });
  });

  it("a package exports no backend", async () => {
    using program = new StagedProgram();
    program.installBackend("@acme/backend-usb", "export const createBackend = () => undefined;");
    const told = program.run();
    await expectMessage(told, program, "exports-nothing");
    expect(told.attempts.at(-1)).toMatchObject({ outcome: "invalid" });
  });

  it("a package is written for a newer core", async () => {
    using program = new StagedProgram();
    program.installBackend("@acme/backend-usb", "", 2);
    const told = program.run();
    await expectMessage(told, program, "wrong-api-version");
    expect(told.attempts.at(-1)).toMatchObject({ outcome: "invalid", hint: "update @tsusb/core" });
  });

  it("a package has a name that another has taken", async () => {
    using program = new StagedProgram();
    const source = (packageName: string) => `
      import { registerBackend } from "@tsusb/core/backend";
      const getBackend = async () => { throw new Error("no licence"); };
      registerBackend({ name: "acme", apiVersion: 1, packageName: "${packageName}", getBackend });
    `;
    program.installBackend("@acme/backend-usb", source("@acme/backend-usb"));
    program.installBackend("tsusb-backend-acme", source("tsusb-backend-acme"));
    const told = program.run();
    expect(told.attempts.map(({ outcome }) => outcome).slice(3)).toEqual(["failed", "duplicate"]);
    await expectMessage(told, program, "two-of-one-name");
    const first = program.path("node_modules/@acme/backend-usb/index.js");
    const named = program.run({ TSUSB_BACKEND: "tsusb-backend-acme", NODE_OPTIONS: `--import=${first}` });
    await expectMessage(named, program, "taken-name");
    expect(named.attempts).toMatchObject([{ packageName: "tsusb-backend-acme", outcome: "duplicate" }]);
  });

  it("TSUSB_BACKEND names what is not installed", async () => {
    using program = new StagedProgram();
    const told = program.run({ TSUSB_BACKEND: "libusb0" });
    await expectMessage(told, program, "named-not-installed");
    expect(told.attempts).toMatchObject([{ name: "libusb0", outcome: "not-installed" }]);
  });

  it("TSUSB_BACKEND names nothing that exists, says which names there are, and the nearest", async () => {
    using program = new StagedProgram();
    program.installBackend("@acme/backend-usb", "");
    const told = program.run({ TSUSB_BACKEND: "libusb-1.0" });
    await expectMessage(told, program, "misspelt-name");
    await expectMessage(program.run({ TSUSB_BACKEND: "nonsense" }), program, "unknown-name");
    expect(told.attempts).toMatchObject([{ name: "libusb-1.0", outcome: "not-installed" }]);
  });
});

describe("a library that cannot be it", () => {
  it.each([
    ["a missing file", (program: StagedProgram) => program.path("nowhere.so")],
    ["a folder", (program: StagedProgram) => program.directory],
    ["a text file", (program: StagedProgram) => program.write("libusb.so", "text")],
    ["one for 32 bits", (program: StagedProgram) => program.write("libusb.so", elf32())],
    [
      "one cut short",
      (program: StagedProgram) => program.write("libusb.so", readFileSync(LIBUSB_1).subarray(0, 40_000)),
    ],
    ["one without the symbols", () => LIBUSB_0],
  ])("does not keep the next backend from being chosen: %s", (_what, stage) => {
    using program = new StagedProgram("backend-libusb1", "backend-libusb0");
    expect(runWithLibrary(program, stage(program)).name).toBe("libusb0");
    const told = program.run({ TSUSB_LIBUSB1_PATH: stage(program), TSUSB_LIBUSB0_PATH: program.directory });
    expect(told.attempts.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
      "libusb1: failed",
      "libusb0: failed",
      "openusb: not-installed",
    ]);
  });
});

describe("the message of a backend that is asked itself, where", () => {
  it("the C library is not there, says how to get it", async ({ skip }) => {
    if (!canMount()) skip("this user may not make mounts of its own");
    using program = new StagedProgram("backend-libusb1");
    program.ask("@tsusb/backend-libusb1");
    const told = program.run({}, { wrap: [...UNSHARE, "sh", withoutLibrary(program)] });
    await expectMessage(told, program, "direct-no-c-library");
  });

  it("TSUSB_LIBUSB1_PATH names a folder, says to correct it", async () => {
    using program = new StagedProgram("backend-libusb1");
    program.ask("@tsusb/backend-libusb1");
    await expectMessage(runWithLibrary(program, program.directory), program, "direct-directory");
  });
});

/** A script that runs its arguments where libusb 1.0 is not installed: its folder without it, in a mount of one's own. */
function withoutLibrary(program: StagedProgram): string {
  const folder = realpathSync(`/usr/lib/${MULTIARCH}`);
  for (const each of ["whole", "without"]) mkdirSync(program.path(each));
  const script = `set -e
    mount --bind ${folder} ${program.path("whole")}
    ln -s ${program.path("whole")}/* ${program.path("without")}/
    rm -f ${program.path("without")}/libusb-1.0* ${program.path("without")}/libusb.so*
    mount --bind ${program.path("without")} ${folder}
    exec "$@"`;
  const file = program.write("without-library.sh", script);
  return file;
}

/** The start of a 32 bit ELF library without segments, for ia32 (elf.h: ELFCLASS32, ELFDATA2LSB, ET_DYN, EM_386). */
function elf32(): Uint8Array {
  const bytes = new Uint8Array(4096);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const view = new DataView(bytes.buffer);
  view.setUint16(16, 3, true);
  view.setUint16(18, 3, true);
  view.setUint32(20, 1, true);
  view.setUint16(40, 52, true);
  return bytes;
}
