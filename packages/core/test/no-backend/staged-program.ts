import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BackendAttempt } from "@tsusb/core";
import { buildSync } from "esbuild";
import { publicPackages } from "../../../../scripts/packages.mjs";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** What the program tells of the error that it got. */
export interface Told {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** As Node prints an error that nobody catches. */
  readonly printed: string;
  readonly attempts: readonly BackendAttempt[];
}

const programThatAsks = (packageName: string) => `
import { inspect } from "node:util";
import { getBackend } from "${packageName}";
try {
  const backend = await getBackend();
  console.log(JSON.stringify({ name: backend.name, code: "", message: "", printed: "", attempts: [] }));
} catch (error) {
  const { name, code, message, attempts } = error;
  console.log(JSON.stringify({ name, code, message, attempts, printed: inspect(error) }));
}
`;

/** A folder with a program, and in its node_modules what is installed: real packages, made from the sources. */
export class StagedProgram implements Disposable {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), "tsusb-program-")));

  /** @param installed - Packages of ours besides core: `"backend-libusb1"`; what they depend on comes with them. */
  constructor(...installed: readonly string[]) {
    // Another user may have to read it.
    chmodSync(this.directory, 0o755);
    this.ask("@tsusb/core");
    this.#manifest({});
    this.#install("core");
    for (const name of installed) this.#install(name);
  }

  /** Whose `getBackend` the program calls. */
  ask(packageName: string): void {
    this.write("main.mjs", programThatAsks(packageName));
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Compiles a shared library from C and gives its path. */
  compile(name: string, source: string): string {
    const args = ["-shared", "-fPIC", "-x", "c", "-", "-o", this.path(name)];
    execFileSync("cc", args, { input: source, timeout: 30_000, stdio: "pipe" });
    return this.path(name);
  }

  /** Installs a backend package of somebody else's, with one module and the mark, and has the program depend on it. */
  installBackend(name: string, source: string, apiVersion = 1): void {
    const home = `node_modules/${name}`;
    const manifest = {
      name,
      version: "1.0.0",
      type: "module",
      exports: { import: "./index.js" },
      tsusb: { apiVersion },
    };
    this.write(`${home}/package.json`, JSON.stringify(manifest));
    this.write(`${home}/index.js`, source);
    this.#dependencies[name] = "1.0.0";
    this.#manifest(this.#dependencies);
  }

  copy(from: string, to: string): void {
    cpSync(this.path(from), this.path(to), { recursive: true });
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true });
  }

  /**
   * Runs the program, from another folder than its own.
   *
   * @param env - More environment; nothing of tsusb's own is inherited.
   * @param wrap - The command before `node`.
   */
  run(env: Readonly<Record<string, string>> = {}, { wrap = [] as readonly string[], uid = 0 } = {}): Told {
    const [command = "", ...args] = [...wrap, process.execPath, this.path("main.mjs")];
    const { PATH = "" } = process.env;
    const { stdout, stderr, error } = spawnSync(command, args, {
      cwd: "/",
      env: { PATH, ...env },
      encoding: "utf8",
      timeout: 60_000,
      ...(uid === 0 ? {} : { uid, gid: uid }),
    });
    if (error) throw error;
    if (stdout === "") throw new Error(`the program said nothing, but: ${stderr}`);
    return JSON.parse(stdout) as Told;
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  readonly #dependencies: Record<string, string> = {};

  #manifest(dependencies: Readonly<Record<string, string>>): void {
    this.write("package.json", JSON.stringify({ name: "app", dependencies }));
  }

  #install(directory: string): void {
    const found = publicPackages().find((each) => each.directory === directory);
    if (found === undefined) throw new Error(`there is no package ${directory}`);
    const { manifest, addon } = found;
    const home = this.path(`node_modules/${manifest.name}`);
    if (existsSync(home)) return;
    const source = join(root, "packages", directory);
    this.write(`node_modules/${manifest.name}/package.json`, JSON.stringify(manifest));
    buildSync({
      entryPoints: ["index.ts", "backend.ts"]
        .map((file) => join(source, "src", file))
        .filter((file) => existsSync(file)),
      outdir: join(home, "dist"),
      bundle: true,
      splitting: true,
      // The workspace's own names its packages by their sources.
      tsconfigRaw: {},
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20",
    });
    if (addon !== undefined) {
      const prebuilds = join(home, "native/prebuilds", `${process.platform}-${process.arch}`);
      cpSync(join(source, "native/build/Release", `${addon}.node`), join(prebuilds, `${addon}.node`));
    }
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (name.startsWith("@tsusb/")) this.#install(name.slice("@tsusb/".length));
      else
        cpSync(realpathSync(join(source, "node_modules", name)), this.path(`node_modules/${name}`), {
          recursive: true,
        });
    }
  }
}
