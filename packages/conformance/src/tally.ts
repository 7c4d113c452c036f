import type { Verdict } from "./conformance-case.js";

/** What is counted; a case that does not apply is not. */
type Counted = Exclude<Verdict, "not applicable">;

/** Counts what ran and what did not, and says so in a table: a case that silently did not run proves nothing. */
export class Tally {
  /** Cases that ran and passed. */
  passed = 0;
  readonly #topics = new Map<string, Record<Counted, string[]>>();

  /** Notes one case. */
  add(topic: string, name: string, verdict: Verdict): void {
    if (verdict === "not applicable") return;
    const row = this.#topics.get(topic) ?? { run: [], "not supported": [], "not on this device": [] };
    row[verdict].push(name);
    this.#topics.set(topic, row);
  }

  /** Cases with this verdict, over all topics. */
  count(verdict: Counted): number {
    return [...this.#topics.values()].reduce((sum, row) => sum + row[verdict].length, 0);
  }

  /** The names of those with this verdict, each behind its topic. */
  names(verdict: Counted): readonly string[] {
    return [...this.#topics].flatMap(([topic, row]) => row[verdict].map((name) => `${topic}: ${name}`));
  }

  /** The table: one line a topic, one for the sum, and what is not supported by name. */
  table(title: string): string {
    const line = (name: string, run: number | string, denied: number | string, absent: number | string) =>
      `  ${name.padEnd(21)}${String(run).padStart(5)}${String(denied).padStart(15)}${String(absent).padStart(20)}`;
    const rows = [...this.#topics].map(([topic, row]) =>
      line(topic, row.run.length, row["not supported"].length, row["not on this device"].length),
    );
    return [
      title,
      line("topic", "run", "not supported", "not on this device"),
      ...rows,
      line("all", this.count("run"), this.count("not supported"), this.count("not on this device")),
      ...this.names("not supported").map((name) => `  not supported: ${name}`),
    ].join("\n");
  }
}
