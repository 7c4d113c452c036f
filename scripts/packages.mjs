import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./workspace.mjs";

/** Every package that is published: its directory below `packages`, its manifest, and the addon it carries, if any. */
export function publicPackages() {
  return readdirSync(path.join(root, "packages")).flatMap((directory) => {
    const file = path.join(root, "packages", directory, "package.json");
    if (!existsSync(file)) return [];
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    return manifest.private ? [] : [{ directory, manifest, addon: addonOf(directory) }];
  });
}

/** The name of the addon's file, without `.node`. */
function addonOf(directory) {
  const file = path.join(root, "packages", directory, "native/binding.gyp");
  return existsSync(file) ? /"target_name": "(\w+)"/.exec(readFileSync(file, "utf8"))[1] : undefined;
}
