// node scripts/select-release.mjs: prints what the release workflow has to do, as `task=version|publish|nothing`.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { publicPackages } from "./packages.mjs";
import { root } from "./workspace.mjs";

const changesets = readdirSync(path.join(root, ".changeset")).filter((name) =>
  /^(?!README).*\.md$/.test(name),
);
const task = changesets.length > 0 ? "version" : publicPackages().every(isPublished) ? "nothing" : "publish";
console.log(`task=${task}`);

function isPublished({ manifest: { name, version } }) {
  const { status, stdout, stderr } = spawnSync(
    "npm",
    ["view", `${name}@${version}`, "version", "--loglevel=error"],
    {
      encoding: "utf8",
    },
  );
  if (status === 0) return stdout.trim() !== "";
  if (stderr.includes("E404")) return false;
  throw new Error(`npm view ${name}@${version}: ${stderr}`);
}
