import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Where tests lie: `test/` of a package, of a part of the testbed, of the examples and of the scripts. */
const HOMES = "{packages/*,testbed,testbed/*,bench,examples,scripts}/test/**";

/** The lanes, told apart by file name: on the host, on the played bus, inside one boot of the guest. */
const LANES: Readonly<Record<string, { include: string; exclude: readonly string[]; testTimeout: number }>> =
  {
    unit: { include: "*.test.ts", exclude: ["**/*.bus.test.ts", "**/*.guest.test.ts"], testTimeout: 20_000 },
    bus: { include: "*.bus.test.ts", exclude: [], testTimeout: 20_000 },
    guest: { include: "*.guest.test.ts", exclude: [], testTimeout: 120_000 },
  };

const laneName = process.env.TSUSB_LANE ?? "unit";
const lane = LANES[laneName];
if (lane === undefined)
  throw new Error(`TSUSB_LANE is ${JSON.stringify(laneName)}; it can be ${Object.keys(LANES).join(", ")}`);

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

/** Packages by their sources, so that nothing has to be built. The first match wins: the longer name stands first. */
const SOURCES = [
  { find: "@tsusb/core/backend", replacement: source("core/src/backend.ts") },
  { find: /^@tsusb\/([a-z0-9-]+)$/, replacement: `${source("")}$1/src/index.ts` },
];

export default defineConfig({
  // In the guest, a processor in software, transforming the sources takes half a minute: there the tests run on what
  // is built, as users do.
  resolve: { alias: laneName === "guest" ? [] : SOURCES },
  // `await using` is newer than the oldest Node that runs these tests.
  oxc: { target: "node20" },
  test: {
    include: [`${HOMES}/${lane.include}`],
    exclude: ["**/node_modules/**", "**/dist/**", "**/build/**", ...lane.exclude],
    pool: "forks",
    // Files of a lane with devices share them: the same one may be plugged, claimed or configured by several.
    fileParallelism: laneName === "unit",
    ...(laneName === "guest" ? { server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } } } : {}),
    testTimeout: lane.testTimeout,
    hookTimeout: lane.testTimeout,
    reporters: ["default"],
  },
});
