// node scripts/prebuild.mjs: makes the prebuilt addon of every native package for this platform.
import path from "node:path";
import { publicPackages } from "./packages.mjs";
import { root, run } from "./workspace.mjs";

for (const { directory, addon } of publicPackages())
  if (addon)
    run(process.execPath, [path.join(root, "scripts/native.mjs"), "prebuild"], {
      cwd: path.join(root, "packages", directory),
    });
