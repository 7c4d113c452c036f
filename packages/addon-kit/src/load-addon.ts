import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Loads the addon of a package, prebuilt or built here: from `native/`, beside the folder of the module that asks.
 *
 * I/O: reads folders and loads the addon, before it returns.
 *
 * @param moduleUrl - `import.meta.url` of a module in `dist/` or `src/`. Its package depends on node-gyp-build.
 * @param packageName - npm name of the package, for the message.
 * @throws `Error` that names the platform, with the remedy as `hint`, if it was not built for this system.
 */
export function loadAddon<Native>(moduleUrl: string, packageName: string): Native {
  const directory = fileURLToPath(new URL("../native", moduleUrl));
  try {
    // By require and not before it is needed: an import of CommonJS is parsed twice, and whoever lists devices waits for it.
    const nodeGypBuild: (directory: string) => unknown = createRequire(moduleUrl)("node-gyp-build");
    return nodeGypBuild(directory) as Native;
  } catch (cause) {
    const target = `${process.platform}-${process.arch}`;
    const said = cause instanceof Error ? cause.message : String(cause);
    // Source: node-gyp-build 4.8.4, index.js; anything else is the system's loader, about a file that is there.
    const what = said.startsWith("No native build")
      ? ` has no addon for ${target}`
      : `: the addon for ${target} does not load: ${said.split("\n")[0]}`;
    const hint = `build it, which takes a compiler for C++:\n  npx node-gyp rebuild -C ${directory}`;
    throw Object.assign(new Error(`${packageName}${what}`, { cause }), { hint });
  }
}
