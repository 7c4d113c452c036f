import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const changesets = path.join(root, "node_modules/@changesets/cli/bin.js");

describe("changeset version", () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(path.join(tmpdir(), "tsusb-changeset-"));
    for (const file of ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", ".changeset/config.json"])
      cpSync(path.join(root, file), path.join(copy, file));
    for (const directory of ["testbed", "bench", "examples", ...packageDirectories(root)])
      cpSync(path.join(root, directory, "package.json"), path.join(copy, directory, "package.json"));
    // The first version is what the test is about, whatever the present one is.
    for (const directory of packageDirectories(copy))
      rewrite(directory, (manifest) => ({ ...manifest, version: "0.1.0" }));
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  it("makes a minor change of one package version 0.2.0 of all", () => {
    const manifests = versionAfter("minor", "@tsusb/core");
    expect(manifests.length).toBeGreaterThanOrEqual(7);
    expect(new Set(manifests.map(({ version }) => version))).toEqual(new Set(["0.2.0"]));
  });

  it("leaves a peer range that the new version still fits as it is", () => {
    const manifests = versionAfter("minor", "@tsusb/backend-libusb1");
    const ranges = manifests.flatMap(({ peerDependencies = {} }) =>
      Object.entries(peerDependencies).filter(([name]) => name.startsWith("@tsusb/")),
    );
    expect(ranges.length).toBeGreaterThan(0);
    expect(new Set(ranges.map(([, range]) => range))).toEqual(new Set([">=0.1.0 <2"]));
  });

  it("leaves what is private without a version", () => {
    versionAfter("minor", "@tsusb/core");
    for (const directory of ["testbed", "bench", "examples"])
      expect(read(directory)).not.toHaveProperty("version");
  });

  function versionAfter(bump: string, name: string): readonly Manifest[] {
    writeFileSync(path.join(copy, ".changeset/change.md"), `---\n"${name}": ${bump}\n---\n\nA change.\n`);
    // The changelog names the commit that brought the change, so there must be a repository.
    const git = (...args: readonly string[]) => execFileSync("git", ["-C", copy, ...args], { stdio: "pipe" });
    git("init", "--quiet");
    git("add", ".");
    git(
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@localhost",
      "commit",
      "--quiet",
      "--no-verify",
      "-m",
      "test",
    );
    execFileSync(process.execPath, [changesets, "version"], { cwd: copy, stdio: "pipe" });
    return packageDirectories(copy).map(read);
  }

  function read(directory: string): Manifest {
    return JSON.parse(readFileSync(path.join(copy, directory, "package.json"), "utf8")) as Manifest;
  }

  function rewrite(directory: string, change: (manifest: Manifest) => Manifest) {
    writeFileSync(
      path.join(copy, directory, "package.json"),
      JSON.stringify(change(read(directory)), undefined, 2),
    );
  }
});

function packageDirectories(parent: string): readonly string[] {
  return readdirSync(path.join(parent, "packages")).map((name) => `packages/${name}`);
}
