import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary folder of libraries, removed by `remove()`. */
export class Staged {
  readonly directory = mkdtempSync(join(tmpdir(), "tsusb-libloader-"));

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Compiles a library from C and gives its path. */
  compile(name: string, source: string, ...flags: readonly string[]): string {
    const args = ["-shared", "-fPIC", "-x", "c", "-", "-x", "none", "-o", this.path(name), ...flags];
    execFileSync("cc", args, { input: source, timeout: 30_000, stdio: "pipe" });
    return this.path(name);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
