// node scripts/check-packages.mjs: packs every public package as for publishing, and holds each tarball against what its
// users rely on: its list of files, publint, attw, an installation without scripts and without a compiler, and every layout
// that package managers and bundlers make of them.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onPath } from "./apt.mjs";
import { checkLayouts } from "./check-layouts.mjs";
import { ensureDebian, LIBUSB_1 } from "./debian.mjs";
import { packPackages } from "./pack.mjs";
import { root, run, StepFailed, toolEnv } from "./workspace.mjs";

const bin = (name, file) => path.join(root, "node_modules", name, file);
const scratch = mkdtempSync(path.join(tmpdir(), "tsusb-packages-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const problems = [];
const tarballs = packPackages(scratch, { addons: "prebuild" });
for (const tarball of tarballs) checkFiles(tarball);
for (const { file, manifest } of tarballs) {
  attempt(`publint: ${manifest.name}`, process.execPath, [
    bin("publint", "src/cli.js"),
    "run",
    file,
    "--strict",
  ]);
  // A package of which nothing can be imported has no types to look at.
  if (manifest.exports["."])
    attempt(`attw: ${manifest.name}`, process.execPath, [
      bin("@arethetypeswrong/cli", "dist/index.js"),
      file,
      "--profile",
      "esm-only",
      "--no-emoji",
    ]);
}
checkInstallation();
problems.push(...checkLayouts(tarballs, scratch));
for (const problem of problems) console.error(`check:packages: ${problem}`);
if (problems.length === 0) console.log(`${tarballs.length} packages are fit to publish`);
process.exit(problems.length === 0 ? 0 : 1);

function checkFiles({ files, manifest, addon }) {
  const complain = (what) => problems.push(`${manifest.name}: ${what}`);
  for (const wanted of ["package.json", "README.md", "LICENSE"])
    if (!files.includes(wanted)) complain(`the tarball has no ${wanted}`);
  const allowed = [
    /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
    /^dist\/[^/]+\.(js|js\.map|d\.ts)$/,
    ...(manifest.bin ? [/^bin\/[^/]+\.js$/] : []),
    ...(manifest.files.includes("addon.gypi") ? [/^addon\.gypi$/, /^addon\.map$/, /^include\/.+\.h$/] : []),
    ...(addon
      ? [
          /^native\/(binding\.gyp|[^/]+\.(cc|h))$/,
          new RegExp(`^native/prebuilds/[^/]+/${addon}(\\.\\w+)?\\.node$`),
        ]
      : []),
  ];
  for (const file of files)
    if (!allowed.some((pattern) => pattern.test(file))) complain(`${file} does not belong in the tarball`);
  const platform = `native/prebuilds/${process.platform}-${process.arch}/`;
  if (addon && !files.some((file) => file.startsWith(platform))) complain(`nothing lies in ${platform}`);
}

/** What a user without a compiler does: install, run the command, and `require()` an ES module. */
function checkInstallation() {
  const home = path.join(scratch, "home");
  const cwd = path.join(scratch, "app");
  const commands = path.join(scratch, "bin");
  for (const directory of [home, cwd, commands]) mkdirSync(directory);
  writeFileSync(path.join(cwd, "package.json"), JSON.stringify({ name: "app", private: true }));
  for (const command of ["node", "npm", "npx", "sh"])
    symlinkSync(onPath(command), path.join(commands, command));
  const { TSUSB_BACKEND: _, ...inherited } = toolEnv();
  const env = { ...inherited, HOME: home, PATH: commands };
  const step = (name, ...args) =>
    attempt(`in an empty folder: ${[name, ...args].join(" ")}`, path.join(commands, name), args, {
      cwd,
      env,
    });
  const files = tarballs.map(({ file }) => file);
  if (
    !attempt(
      "npm install --ignore-scripts of the tarballs",
      path.join(commands, "npm"),
      ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...files],
      { cwd, env },
    )
  )
    return;
  step("npx", "--no-install", "tsusb", "demo");
  // The one thing that the tarballs take from the system.
  ensureDebian(LIBUSB_1);
  step("npx", "--no-install", "tsusb", "list");
  step("node", "-e", "require('@tsusb/core')");
  step(
    "node",
    "-e",
    "if (require('@tsusb/core').USBError !== require('@tsusb/core/backend').USBError) throw new Error('two USBError classes')",
  );
}

/** Runs a step whose output matters only if it fails. */
function attempt(what, command, args, options = {}) {
  try {
    run(command, args, { ...options, output: "quiet" });
    return true;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    problems.push(what);
    return false;
  }
}
