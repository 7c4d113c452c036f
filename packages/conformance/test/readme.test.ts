import { readFileSync } from "node:fs";
import type { BackendSupports } from "@tsusb/core/backend";
import { expect, it } from "vitest";
import { benchmarkDeviceUnderTest } from "../src/benchmark-device.js";
import { backendTopics } from "../src/cases/index.js";
import { type ConformanceCase, judge, type Topic } from "../src/conformance-case.js";
import { modelTopics } from "../src/model-cases/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

type AnyCase = ConformanceCase<never>;
const topics = [...backendTopics, ...modelTopics] as unknown as readonly Topic<never>[];
const cases = new Map<string, AnyCase>(
  topics.flatMap(({ name, cases }) => cases.map((each) => [`${name}: ${each.name}`, each] as const)),
);
const count = (of: readonly { readonly cases: readonly unknown[] }[]) =>
  of.reduce((sum, topic) => sum + topic.cases.length, 0);

/** The rows of the table about PyUSB's tests. */
const rows = [...readme.matchAll(/^\| `(\w+\.\w+(?:\.\w+)?)` \| (.+?) \| (.+?) \|$/gm)].map(
  ([, test = "", topic = "", name = ""]) => ({ test, name: `${topic}: ${name}` }),
);

/** What a backend that can do everything runs on the benchmark device. */
const here = {
  supports: new Proxy({} as BackendSupports, { get: (_, key) => (key === "cancel" ? "one" : true) }),
  device: benchmarkDeviceUnderTest({
    deviceDescriptor: new Uint8Array(18),
    configurationDescriptors: [
      Uint8Array.of(
        9,
        2,
        30,
        0,
        1,
        1,
        0,
        0xc0,
        50,
        ...[1, 2, 3].flatMap((each) => [7, 5, each, 2, 64, 0, 0]),
      ),
    ],
    strings: { manufacturer: "", product: "", serialNumber: "" },
  }),
  control: false,
};

it.each(rows)("$test of PyUSB is a case that runs on its benchmark device: $name", ({ name }) => {
  const each = cases.get(name);
  expect(each, name).toBeDefined();
  if (each) expect(judge(each, here)).toBe("run");
});

it("every test of PyUSB's four suites is in the table, once or for each thing that it asserts", () => {
  const suites: Record<string, number> = {};
  for (const test of new Set(rows.map(({ test }) => test))) {
    const suite = test.split(".").slice(0, 2).join(".");
    suites[suite] = (suites[suite] ?? 0) + 1;
  }
  expect(suites).toEqual({
    "test_backend.BackendTest": 17,
    "test_control.ControlTest": 6,
    "test_integration.DeviceTest": 9,
    "test_integration.ConfigurationTest": 2,
    "test_integration.InterfaceTest": 2,
    "test_integration.EndpointTest": 2,
    "test_util.FindDescriptorTest": 1,
  });
});

it("says how many cases there are", () => {
  expect(readme).toContain(`${count(backendTopics)} cases on the contract`);
  expect(readme).toContain(`${count(modelTopics)} on the API over it`);
});

it("no two cases of a topic have one name", () => {
  expect(cases.size).toBe(count(topics));
});
