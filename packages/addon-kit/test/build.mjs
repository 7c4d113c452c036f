// node build.mjs FOLDER: compiles addon.cc to FOLDER/kit.node and no-threads.c to FOLDER/no-threads.so, without node-gyp and
// not optimised: that is quick.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuildTools } from "../../../scripts/build-tools.mjs";

ensureBuildTools();
const folder = path.resolve(process.argv[2] ?? ".");
const here = path.dirname(fileURLToPath(import.meta.url));
const napi = createRequire(import.meta.url)("node-addon-api").include_dir;
const cxx = process.env.CXX ?? "g++";

compile(cxx, "addon.cc", "kit.node", [
  ...["-std=c++17", "-Wall", "-Wextra", "-Werror"],
  ...[
    "-DNAPI_VERSION=8",
    "-DNAPI_CPP_EXCEPTIONS",
    "-DNODE_ADDON_API_DISABLE_DEPRECATED",
    "-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
  ],
  ...["-I", path.resolve(here, "../include"), "-isystem", path.resolve(napi)],
  ...["-isystem", path.resolve(process.execPath, "../../include/node")],
]);
compile(process.env.CC ?? "gcc", "no-threads.c", "no-threads.so", []);

function compile(compiler, source, target, options) {
  const { status, error } = spawnSync(
    compiler,
    [
      "-O0",
      "-shared",
      "-fPIC",
      "-pthread",
      ...options,
      "-o",
      path.join(folder, target),
      path.join(here, source),
      "-ldl",
    ],
    { stdio: "inherit" },
  );
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
