import { percentile } from "../lib/statistics.mjs";
import { answer, kind, within } from "./solo.mjs";

/** Milliseconds that all reads of a process together wait, about. */
const TOGETHER = 900;
/** Reads before: what is compiled and made once is not of a timeout. */
const RUN_UP = { reads: 5, ms: 10 };

/**
 * Answers how far off a rival's timeouts are: one read after the other.
 *
 * @param {(ms: number) => Promise<void>} unanswered - Reads what nothing answers, until that has timed out.
 */
export async function answerTimeouts(unanswered) {
  const asked = Number(kind);
  for (let left = RUN_UP.reads; left > 0; left--) await within(unanswered(RUN_UP.ms));
  const off = [];
  for (let left = Math.ceil(TOGETHER / asked); left > 0; left--) {
    const begin = performance.now();
    await within(unanswered(asked));
    off.push(Math.abs(performance.now() - begin - asked));
  }
  answer({ off: percentile(off, 99) });
}
