import { describe, it } from "vitest";
import { type ConformanceCase, judge, type Topic } from "./conformance-case.js";
import type { Tally } from "./tally.js";

/**
 * Registers with vitest what applies, topic by topic, and counts the rest.
 *
 * @param run - Prepares for one case, runs it and tidies up.
 */
export function registerTopics<Context>(
  topics: readonly Topic<Context>[],
  here: Parameters<typeof judge>[1],
  tally: Tally,
  run: (each: ConformanceCase<Context>) => Promise<void>,
): void {
  for (const { name, cases } of topics) {
    const runs = cases.filter((each) => {
      const verdict = judge(each, here);
      tally.add(name, each.name, verdict);
      return verdict === "run";
    });
    if (runs.length === 0) continue;
    describe(name, () => {
      for (const each of runs) {
        const body = async () => {
          await run(each);
          tally.passed++;
        };
        it(each.name, body, each.timeout);
      }
    });
  }
}
