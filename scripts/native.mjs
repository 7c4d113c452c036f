// node ../../scripts/native.mjs build|prebuild [arguments of node-gyp or prebuildify]; the working directory is a native package.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { ensureBuildTools } from "./build-tools.mjs";

const [task, ...extra] = process.argv.slice(2);
if (task !== "build" && task !== "prebuild") {
  console.error(`native.mjs: the task is ${JSON.stringify(task)}; it can be build or prebuild`);
  process.exit(2);
}

const require = createRequire(import.meta.url);
const tool = (name, bin) => path.join(path.dirname(require.resolve(`${name}/package.json`)), bin);
const target = /"target_name": "(\w+)"/.exec(readFileSync("native/binding.gyp", "utf8"))?.[1];
if (target === undefined) throw new Error(`${path.resolve("native/binding.gyp")} names no target`);

const env = { ...process.env };
// The headers of the Node that runs this: official archives, nvm and the packages of distributions all have this layout.
const prefix = path.resolve(process.execPath, "..", "..");
if (existsSync(path.join(prefix, "include/node/node_api.h")))
  env.npm_package_config_node_gyp_nodedir = prefix;

const libcTag = process.platform === "linux" ? ["--tag-libc"] : [];
const command =
  task === "build"
    ? [tool("node-gyp", "bin/node-gyp.js"), "configure", "build", "-C", "native", "--loglevel=warn"]
    : [tool("prebuildify", "bin.js"), "--cwd", "native", "--napi", "--strip", "--name", target, ...libcTag];

ensureBuildTools();
const { status } = spawnSync(process.execPath, [...command, ...extra], { env, stdio: "inherit" });
process.exit(status ?? 1);
