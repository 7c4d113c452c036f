import { seconds } from "./solo.mjs";

/** Milliseconds that the program is busy, and then free, again and again. */
const BUSY = 50;
/** Bytes that the device's line moves in a millisecond. */
const LINE = 40_000;
/** Turns before the measurement: queues fill, and JavaScript is compiled. */
const RUN_UP = 4;

/**
 * Keeps the thread busy half the time, and says how much of the line came through meanwhile. It looks each time before it is
 * busy, when what had gathered has been taken: so that nothing of what waits is counted twice or left out.
 *
 * @param {() => number} bytes - How many the program has read.
 * @returns {Promise<{ share: number }>} In percent.
 */
export async function shareOfLine(bytes) {
  let begin;
  for (let turn = 0; ; turn++) {
    const now = performance.now();
    if (turn === RUN_UP) begin = { now, bytes: bytes() };
    else if (begin && now - begin.now >= seconds * 1000)
      return { share: (100 * (bytes() - begin.bytes)) / (LINE * (now - begin.now)) };
    while (performance.now() - now < BUSY);
    await new Promise((resolve) => setTimeout(resolve, BUSY));
  }
}
