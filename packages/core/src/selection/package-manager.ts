import { nodeBuiltin } from "../node-builtin.js";
import { upwards } from "./upwards.js";

/** How packages are installed for an application. */
export interface PackageManager {
  /** The command before the names of packages: `"npm install"`. */
  readonly add: string;
  /** The command before the names of packages: `"npm uninstall"`. */
  readonly remove: string;
}

/**
 * Tells what installs packages for the application: what runs its script, else what has locked its dependencies.
 *
 * I/O: looks for lockfiles.
 *
 * @param manifestPath - The application's package.json, if there is one.
 */
export function packageManagerOf(manifestPath: string | undefined): PackageManager {
  const { env, versions } = globalThis.process ?? {};
  const agent = /^\w+/.exec(env?.npm_config_user_agent ?? "")?.[0] ?? "";
  const running = MANAGERS.get(agent) ?? (versions?.pnp === undefined ? undefined : MANAGERS.get("yarn"));
  return running ?? lockedBy(manifestPath) ?? NPM;
}

const NPM: PackageManager = { add: "npm install", remove: "npm uninstall" };

const MANAGERS: ReadonlyMap<string, PackageManager> = new Map([
  ["npm", NPM],
  ["pnpm", { add: "pnpm add", remove: "pnpm remove" }],
  ["yarn", { add: "yarn add", remove: "yarn remove" }],
  ["bun", { add: "bun add", remove: "bun remove" }],
]);

const LOCKFILES = [
  ["package-lock.json", "npm"],
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
] as const;

function lockedBy(manifestPath: string | undefined): PackageManager | undefined {
  const fs = nodeBuiltin("node:fs");
  const path = nodeBuiltin("node:path");
  if (!fs || !path || manifestPath === undefined) return undefined;
  // In a workspace the lockfile lies further up.
  for (const directory of upwards(path.dirname(manifestPath))) {
    const found = LOCKFILES.find(([file]) => fs.existsSync(path.join(directory, file)));
    if (found) return MANAGERS.get(found[1]);
  }
  return undefined;
}
