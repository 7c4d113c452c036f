import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { publicPackages } from "./packages.mjs";
import { pnpm, root, run, toolEnv } from "./workspace.mjs";

/**
 * A packed package.
 *
 * @typedef {object} Tarball
 * @property {string} file - Absolute path.
 * @property {readonly string[]} files - What lies in it, relative to the package.
 * @property {any} manifest - The package.json in the workspace.
 * @property {string | undefined} addon - The name of its addon's file, without `.node`.
 */

/**
 * Packs every public package as for publishing. They must be built.
 *
 * @param {string} into - An existing folder, outside of the workspace; the tarballs come to lie in it.
 * @param {object} [options]
 * @param {"prebuild" | "built"} [options.addons] - Whether addons are compiled as for publishing, which takes a while, or
 *   taken as they were built.
 * @returns {readonly Tarball[]}
 */
export function packPackages(into, { addons = "built" } = {}) {
  const packages = publicPackages();
  const stage = path.join(into, "stage");
  stageWorkspace(packages, stage);
  for (const each of packages)
    if (each.addon) addons === "prebuild" ? prebuild(each, stage) : takeBuilt(each, stage);
  const output = pnpm(["-r", "pack", "--json", "--pack-destination", into], { cwd: stage, output: "quiet" });
  const packed = JSON.parse(output.slice(output.search(/^\[/m)));
  return packages.map(({ manifest, addon }) => {
    const file = path.resolve(into, packed.find(({ name }) => name === manifest.name).filename);
    // pnpm's own list leaves out the LICENSE that it adds from the root.
    const files = run("tar", ["-tzf", file], { output: "quiet" }).trim().split("\n");
    return { file, files: files.map((name) => name.replace(/^package\//, "")), manifest, addon };
  });
}

/** A copy of the workspace: prebuildify would take the addons out of the workspace's own build. */
function stageWorkspace(packages, stage) {
  mkdirSync(stage);
  for (const file of ["package.json", "pnpm-workspace.yaml", "LICENSE"])
    cpSync(path.join(root, file), path.join(stage, file));
  for (const { directory } of packages) {
    const from = path.join(root, "packages", directory);
    const to = path.join(stage, "packages", directory);
    const isLeftOut = (name) => ["node_modules", ".turbo", "prebuilds", "test"].includes(name);
    cpSync(from, to, {
      recursive: true,
      filter: (file) => !isLeftOut(path.basename(file)) && file !== path.join(from, "native/build"),
    });
    if (existsSync(path.join(from, "node_modules")))
      symlinkSync(path.join(from, "node_modules"), path.join(to, "node_modules"), "junction");
  }
}

function prebuild({ directory }, stage) {
  const cwd = path.join(stage, "packages", directory);
  // node-gyp compiles one file after the other unless it is told.
  const env = toolEnv({ JOBS: "max" });
  run(process.execPath, [path.join(root, "scripts/native.mjs"), "prebuild"], { cwd, env, output: "quiet" });
}

function takeBuilt({ directory, addon }, stage) {
  const built = path.join(root, "packages", directory, "native/build/Release", `${addon}.node`);
  if (!existsSync(built)) throw new Error(`${path.relative(root, built)} is missing; npm run build makes it`);
  const home = path.join(
    stage,
    "packages",
    directory,
    "native/prebuilds",
    `${process.platform}-${process.arch}`,
  );
  mkdirSync(home, { recursive: true });
  copyFileSync(built, path.join(home, `${addon}.node`));
}
