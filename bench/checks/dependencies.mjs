import { readdirSync, readFileSync } from "node:fs";

const CORE = new URL("../../packages/core/", import.meta.url);

/** Core needs nothing but itself. */
export const dependencies = {
  name: "dependencies",
  async run() {
    const manifest = JSON.parse(readFileSync(new URL("package.json", CORE), "utf8"));
    const dist = new URL("dist/", CORE);
    const modules = readdirSync(dist).filter((name) => name.endsWith(".js"));
    if (modules.length === 0) throw new Error("packages/core/dist has no module: npm run build");
    const imports = modules.flatMap((name) => foreignImports(readFileSync(new URL(name, dist), "utf8")));
    return [verdict("core depends on", requiredPackages(manifest)), verdict("core imports", imports)];
  },
};

/** What a package cannot be installed without. @param {Record<string, any>} manifest */
export function requiredPackages(manifest) {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = manifest;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers];
}

/** What a module imports by its statements that is not a file beside it. @param {string} source */
export function foreignImports(source) {
  const statements = source.matchAll(/^(?:import|export)\b[^;]*?(?:from\s*)?["']([^"']+)["'];?$/gm);
  return [...statements].map(([, specifier]) => specifier).filter((specifier) => !specifier.startsWith("."));
}

function verdict(what, names) {
  return { what, bound: "nothing", figure: names.join(", ") || "nothing", isKept: names.length === 0 };
}
