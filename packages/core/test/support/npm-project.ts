import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder with a program and its installed packages. */
export class NpmProject implements Disposable {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), "tsusb-project-")));

  /** Writes the program's package.json. */
  constructor(manifest: Readonly<Record<string, unknown>>) {
    this.write("package.json", JSON.stringify({ name: "program", ...manifest }));
  }

  /** Installs a package: its package.json and its one module. */
  install(name: string, manifest: Readonly<Record<string, unknown>>, source = ""): void {
    const home = `node_modules/${name}`;
    const fields = { name, version: "1.0.0", type: "module", exports: "./index.js", ...manifest };
    this.write(`${home}/package.json`, JSON.stringify(fields));
    this.write(`${home}/index.js`, source);
  }

  write(path: string, content: string): void {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
