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
    dts: {
      // AsyncDisposable, which `await using` needs, is in no released edition's lib. A directive in the source is lost.
      banner: '/// <reference lib="esnext.disposable" />\n',
      compilerOptions: { ignoreDeprecations: "6.0", paths: {} },
    },
    ...options,
  });
}
