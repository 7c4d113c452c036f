import { percentile } from "../lib/statistics.mjs";
import { seconds } from "./solo.mjs";

/** Milliseconds that each timeout asks for. */
export const TIMEOUT = 50;

/**
 * How late a timer of 1 ms is, and how far off a timeout, while streams run and while nothing does.
 *
 * @param {object} rival
 * @param {() => Promise<void>} [rival.unanswered] - A read with a timeout of `TIMEOUT` that nothing answers, until it has
 *   ended; none of a rival whose timeouts cannot be waited for.
 * @param {() => () => Promise<void>} rival.startStreams - Gives what stops them.
 * @returns {Promise<{ timer: number, timeout?: number }>} Milliseconds at the 99th percentile, less those when idle.
 */
export async function lateness({ unanswered, startStreams }) {
  // What is compiled and made once belongs to neither.
  for (let left = 5; left > 0; left--) await unanswered?.();
  const idle = await measure(unanswered);
  const stop = startStreams();
  const full = await measure(unanswered);
  await stop();
  const more = (name) => percentile(full[name], 99) - percentile(idle[name], 99);
  return { timer: more("timer"), ...(unanswered && { timeout: more("timeout") }) };
}

async function measure(unanswered) {
  const end = performance.now() + seconds * 1000;
  const [timer, timeout] = await Promise.all([timers(end), unanswered ? timeouts(end, unanswered) : []]);
  return { timer, timeout };
}

function timers(end) {
  const late = [];
  return new Promise((resolve) => {
    const arm = () => {
      const begin = performance.now();
      if (begin >= end) return resolve(late);
      setTimeout(() => {
        late.push(performance.now() - begin - 1);
        arm();
      }, 1);
    };
    arm();
  });
}

async function timeouts(end, unanswered) {
  const off = [];
  while (performance.now() < end) {
    const begin = performance.now();
    await unanswered();
    off.push(Math.abs(performance.now() - begin - TIMEOUT));
  }
  return off;
}
