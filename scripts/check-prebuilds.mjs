// node scripts/check-prebuilds.mjs: every prebuilt addon that is promised must be there, by name, and no other.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { publicPackages } from "./packages.mjs";
import { root } from "./workspace.mjs";

/** Platform to what stands between the addon's name and `.node`. To take one away breaks those who have it. */
const PLATFORMS = {
  "linux-x64": [".glibc", ".musl"],
  "linux-arm64": [".glibc", ".musl"],
  "darwin-x64": [""],
  "darwin-arm64": [""],
  "win32-x64": [""],
};

const problems = publicPackages().flatMap(({ directory, addon }) => {
  if (!addon) return [];
  const home = path.join(root, "packages", directory, "native/prebuilds");
  const wanted = Object.entries(PLATFORMS).flatMap(([platform, tags]) =>
    tags.map((tag) => path.join(platform, `${addon}${tag}.node`)),
  );
  const found = existsSync(home)
    ? readdirSync(home, { recursive: true }).filter((file) => file.endsWith(".node"))
    : [];
  return [
    ...wanted.filter((file) => !found.includes(file)).map((file) => `${directory}: ${file} is missing`),
    ...found.filter((file) => !wanted.includes(file)).map((file) => `${directory}: ${file} is not expected`),
  ];
});
for (const problem of problems) console.error(`check-prebuilds: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
