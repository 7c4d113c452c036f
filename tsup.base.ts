import { defineConfig, type Options } from "tsup";

/**
 * The build of one package: ESM and declarations from the given entries, what the entries share in common chunks,
 * so that two entries of a package never hold two copies of a class.
 */
export function packageBuild(entries: readonly string[], options: Options = {}) {
  return defineConfig({
    entry: [...entries],
    format: ["esm"],
    target: "node20",
    removeNodeProtocol: false,
    splitting: true,
    sourcemap: true,
    clean: true,
    // tsup sets baseUrl, which TypeScript 6 deprecates. Without `paths`, other packages are met as their users meet them.
    dts: { compilerOptions: { ignoreDeprecations: "6.0", paths: {} } },
    ...options,
  });
}
