import { execFile } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRows } from "../../scripts/conformance-table.mjs";
import { pnpm, root, toolEnv } from "../../scripts/workspace.mjs";

const run = promisify(execFile);

/** Milliseconds for an installation from the registry. */
const INSTALLATION = 180_000;
const OURS = ["@tsusb/core", "@tsusb/conformance"];

const PROGRAM = `
import { find, getBackend } from "@tsusb/core";
const backend = await getBackend();
const device = await find({ idVendor: 0x1209, backend });
await device.write(0x01, "hello");
const back = Buffer.from(await device.read(0x81, 64)).toString();
await device.close();
const named = await Promise.all(process.argv.slice(2).map((name) => getBackend({ order: [name] })));
console.log(JSON.stringify({ name: backend.name, back, same: named.map((each) => each === backend) }));
`;

let scratch: string;
let tarballs: Record<string, string>;
/** The example, copied to where no workspace is. */
let theirs: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "tsusb-custom-backend-"));
  tarballs = Object.fromEntries(OURS.map((name) => [name, `file:${pack(name)}`]));
  theirs = join(scratch, "backend-loopback");
  const isLeftOut = (file: string) => ["node_modules", "dist"].includes(basename(file));
  cpSync(join(root, "examples/custom-backend"), theirs, {
    recursive: true,
    filter: (file) => !isLeftOut(file),
  });
  const manifest = JSON.parse(readFileSync(join(theirs, "package.json"), "utf8"));
  Object.assign(manifest.devDependencies, tarballs);
  writeFileSync(join(theirs, "package.json"), JSON.stringify(manifest));
  await npm(theirs, "install");
}, INSTALLATION);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("a backend of somebody else's, outside of the workspace", () => {
  it("passes the published suite", async () => {
    const report = join(scratch, "conformance.jsonl");
    await npm(theirs, "test", { TSUSB_CONFORMANCE_REPORT: report });
    const lines = readFileSync(report, "utf8");
    const outer = process.env.TSUSB_CONFORMANCE_REPORT;
    if (outer) appendFileSync(outer, lines);
    const rows = readRows("unit", lines);
    expect(rows.map(({ backend, half }) => [backend, half])).toEqual([
      ["loopback", "contract"],
      ["loopback", "API"],
    ]);
    for (const { run: ran, passed } of rows) expect(passed).toBe(ran);
    expect(rows[0]?.run).toBeGreaterThan(80);
    expect(rows[1]?.run).toBeGreaterThan(30);
  }, 60_000);

  it(
    "is found by its name among a program's dependencies, where no other backend is",
    async () => {
      await npm(theirs, "pack", {}, "--pack-destination", scratch);
      const app = join(scratch, "app");
      mkdirSync(app);
      const dependencies = {
        "@tsusb/core": tarballs["@tsusb/core"],
        "@acme/backend-loopback": `file:${join(scratch, "acme-backend-loopback-1.0.0.tgz")}`,
      };
      writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, dependencies }));
      writeFileSync(join(app, "program.mjs"), PROGRAM);
      await npm(app, "install");
      const names = ["@acme/backend-loopback", "loopback"];
      const { stdout } = await run(process.execPath, ["program.mjs", ...names], { cwd: app, env: env() });
      expect(JSON.parse(stdout)).toEqual({ name: "loopback", back: "hello", same: [true, true] });
    },
    INSTALLATION,
  );
});

/** Packs one of our packages as for publishing; it must be built. */
function pack(name: string): string {
  const args = ["--filter", name, "pack", "--json", "--pack-destination", scratch];
  const output: string = pnpm(args, { output: "quiet" });
  return join(scratch, basename(JSON.parse(output.slice(output.search(/^[[{]/m))).filename));
}

/** What a user has: no lane, no backend that was named, and no word of the vitest around this. */
function env(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const ours = /^(TSUSB_.*|VITEST.*|NODE_OPTIONS|NODE_PATH|NODE_ENV|TEST|DEV|PROD|MODE|SSR)$/;
  return { ...Object.fromEntries(Object.entries(toolEnv()).filter(([key]) => !ours.test(key))), ...extra };
}

async function npm(cwd: string, command: string, extra = {}, ...args: readonly string[]): Promise<void> {
  const quiet = command === "install" ? ["--no-audit", "--no-fund"] : [];
  try {
    await run("npm", [command, ...quiet, ...args], {
      cwd,
      env: env(extra),
      shell: process.platform === "win32",
    });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`npm ${command} failed in ${cwd}\n${stdout ?? ""}${stderr ?? ""}`, { cause: error });
  }
}
