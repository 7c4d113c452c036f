import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { pnpm, root, run, toolEnv } from "../workspace.mjs";

/** @typedef {import("../pack.mjs").Tarball} Tarball */

/**
 * A way to lay out a program and its packages.
 *
 * @typedef {object} Layout
 * @property {string} name
 * @property {(app: App) => void} install - Installs what the program wants in its folder, where nothing else lies.
 * @property {() => readonly string[]} [start] - What starts the program; `node program.mjs` if left out.
 */

/**
 * @typedef {object} App
 * @property {string} folder
 * @property {readonly string[]} wanted - Names of the packages that the program itself depends on.
 * @property {Readonly<Record<string, string>>} tarballs - Every package that is not to come from the registry: name to file.
 */

const here = path.dirname(fileURLToPath(import.meta.url));
const yarn = path.join(root, "node_modules/@yarnpkg/cli-dist/bin/yarn.js");

/** The environment of a user: nothing of tsusb's or of `npm run` is set, and no tool minds that this is CI. */
export function userEnv() {
  const ours = /^(TSUSB_.*|CI|NODE_OPTIONS|NODE_PATH|npm_config_user_agent)$/;
  return Object.fromEntries(Object.entries(toolEnv()).filter(([key]) => !ours.test(key)));
}

const quiet = (folder) => ({ cwd: folder, env: userEnv(), output: "quiet" });

function npm({ folder, wanted, tarballs }) {
  writeManifest(folder, wanted, tarballs, { overrides: tarballsOfOthers(wanted, tarballs) });
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], quiet(folder));
}

const pnpmWith = (settings) => (app) => {
  writeManifest(app.folder, app.wanted, app.tarballs);
  const lines = Object.entries(fileUrls(app.tarballs)).map(([name, url]) => `  "${name}": "${url}"`);
  const workspace = [
    ...settings,
    `storeDir: ${path.join(app.folder, "../pnpm-store")}`,
    "overrides:",
    ...lines,
    "",
  ];
  writeFileSync(path.join(app.folder, "pnpm-workspace.yaml"), workspace.join("\n"));
  pnpm(["install", "--ignore-scripts"], quiet(app.folder));
};

function yarnPnP({ folder, wanted, tarballs }) {
  writeManifest(folder, wanted, tarballs, { resolutions: fileUrls(tarballs) });
  const settings = [
    "nodeLinker: pnp",
    "enableTelemetry: false",
    "enableGlobalCache: false",
    "enableScripts: false",
    ...yarnNetwork(),
    "",
  ];
  writeFileSync(path.join(folder, ".yarnrc.yml"), settings.join("\n"));
  writeFileSync(path.join(folder, "yarn.lock"), "");
  run(process.execPath, [yarn, "install"], quiet(folder));
}

/** npm's registry and certificates: Yarn does not read them, and a proxy of the network may want its own. */
function yarnNetwork() {
  const configured = (key) => run("npm", ["config", "get", key], { env: userEnv(), output: "quiet" }).trim();
  const [registry, cafile] = ["registry", "cafile"].map(configured);
  return [
    ...(/^https?:/.test(registry) ? [`npmRegistryServer: "${registry.replace(/\/$/, "")}"`] : []),
    ...(path.isAbsolute(cafile) ? [`httpsCaFilePath: ${JSON.stringify(cafile)}`] : []),
  ];
}

/** Core and the program in one file, the backends beside it. */
const bundled = (format) => (app) => {
  npm(app);
  const file = path.join(app.folder, "bundle", format === "esm" ? "program.mjs" : "program.cjs");
  buildSync({
    entryPoints: [path.join(app.folder, "program.mjs")],
    outfile: file,
    bundle: true,
    format,
    platform: "node",
    target: "node20",
    external: ["@tsusb/backend-*"],
    logLevel: "error",
  });
};

/** @type {readonly Layout[]} */
export const LAYOUTS = [
  { name: "npm", install: npm },
  { name: "pnpm, isolated", install: pnpmWith([]) },
  { name: "pnpm, node-linker=hoisted", install: pnpmWith(["nodeLinker: hoisted"]) },
  {
    name: "yarn, Plug'n'Play",
    install: yarnPnP,
    start: () => [process.execPath, yarn, "node", "program.mjs"],
  },
  { name: "esbuild, ESM", install: bundled("esm"), start: () => [process.execPath, "bundle/program.mjs"] },
  {
    name: "esbuild, CommonJS",
    install: bundled("cjs"),
    start: () => [process.execPath, "bundle/program.cjs"],
  },
  { name: "worker thread", install: npm, start: () => [process.execPath, "worker.mjs"] },
];

/** Puts the program of the check into an empty folder. */
export function stageProgram(folder) {
  mkdirSync(folder, { recursive: true });
  for (const file of ["program.mjs", "worker.mjs"])
    copyFileSync(path.join(here, file), path.join(folder, file));
}

/** Packs the backend of somebody else's. */
export function packThirdParty(into) {
  const { filename } = JSON.parse(
    run("npm", ["pack", "--json", "--pack-destination", into], quiet(path.join(here, "backend-acme"))),
  )[0];
  return { "@acme/backend-acme": path.join(into, filename) };
}

function writeManifest(folder, wanted, tarballs, more = {}) {
  const urls = fileUrls(tarballs);
  const dependencies = Object.fromEntries(wanted.map((name) => [name, urls[name]]));
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ name: "app", private: true, dependencies, ...more }),
  );
}

function fileUrls(tarballs) {
  return Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
}

/** npm takes no override of what the program itself depends on. */
function tarballsOfOthers(wanted, tarballs) {
  return Object.fromEntries(Object.entries(fileUrls(tarballs)).filter(([name]) => !wanted.includes(name)));
}
