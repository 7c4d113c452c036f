import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NpmProject } from "../support/npm-project.js";

/** Imports the module under test in whatever way the script was started, and tells which application it finds. */
const tell = (module: string) => `import(${JSON.stringify(pathToFileURL(module).href)})
  .then(({ findApplication }) => console.log(findApplication(undefined)?.manifestPath ?? "none"));`;

describe("the application of a process", () => {
  let home: NpmProject;
  let script: string;

  beforeAll(() => {
    home = new NpmProject({ main: "dist/main.js" });
    const module = join(home.directory, "application.mjs");
    const entry = fileURLToPath(new URL("../../src/selection/application.ts", import.meta.url));
    buildSync({ entryPoints: [entry], outfile: module, bundle: true, format: "esm", target: "node20" });
    script = tell(module);
    home.write("dist/main.js", script);
    home.write(
      "dist/worker.js",
      `new (require("node:worker_threads").Worker)(require.resolve("./main.js"));`,
    );
    const code = `new (require("node:worker_threads").Worker)(${JSON.stringify(script)}, { eval: true });`;
    home.write("dist/evaluating-worker.js", code);
    home.write("dist/without-arguments.js", `process.argv.length = 1;${script}`);
    home.write("dist/no-arguments.js", `delete process.argv;${script}`);
  });
  afterAll(() => home[Symbol.dispose]());

  function found(args: readonly string[], { cwd = tmpdir(), input = "" } = {}): string {
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, input, encoding: "utf8" });
    return stdout.trim() || stderr;
  }

  const its = () => join(home.directory, "package.json");
  const path = (name: string) => join(home.directory, name);

  it("is that of its script, wherever it was started", () => {
    expect(found([path("dist/main.js")])).toBe(its());
    expect(found(["dist/main.js"], { cwd: home.directory })).toBe(its());
  });

  it("is found where the end of the script's name or all of it was left out", () => {
    expect(found([path("dist/main")])).toBe(its());
    expect(found(["."], { cwd: home.directory })).toBe(its());
  });

  it.skipIf(process.platform === "win32")(
    "is that of the file behind a link, as package managers make of commands",
    () => {
      using bin = new NpmProject({ name: "other" });
      symlinkSync(path("dist/main.js"), join(bin.directory, "command.js"));
      expect(found([join(bin.directory, "command.js")])).toBe(its());
    },
  );

  it("is that of the worker's script in a worker, and none for a worker that has only code", () => {
    expect(found([path("dist/worker.js")])).toBe(its());
    expect(found([path("dist/evaluating-worker.js")])).toBe("none");
    const start = `new (require("node:worker_threads").Worker)(${JSON.stringify(path("dist/main.js"))})`;
    expect(found(["-e", start])).toBe(its());
  });

  it("is none where there is no script, whatever the working directory and the arguments", () => {
    const cwd = home.directory;
    for (const args of [["-e", script], ["-p", script], [`--eval=${script}`], ["-"]]) {
      const input = args[0] === "-" ? script : "";
      for (const more of [[], ["package.json"], [path("dist/main.js")]]) {
        expect(
          found([...args, ...more], { cwd, input })
            .split("\n")
            .at(-1),
          args[0],
        ).toBe("none");
      }
    }
  });

  it("is none where argv has no script, as in packaged programs, or is not there at all", () => {
    expect(found([path("dist/without-arguments.js")])).toBe("none");
    expect(found([path("dist/no-arguments.js")])).toBe("none");
  });
});
