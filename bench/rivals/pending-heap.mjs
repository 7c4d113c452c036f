/** Reads that are pending at once. */
export const MANY = 1000;

/**
 * What a pending read takes of memory.
 *
 * @param {(count: number) => void} submit - Starts so many reads that nothing answers.
 * @returns {Promise<{ rss: number, heap: number }>} Bytes for each.
 */
export async function memoryOf(submit) {
  // What is made once is not of a read.
  submit(10);
  const before = await measure();
  submit(MANY);
  const after = await measure();
  return { rss: (after.rss - before.rss) / MANY, heap: (after.heapUsed - before.heapUsed) / MANY };
}

async function measure() {
  // Lets what was asked for get to the system first.
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc();
  return process.memoryUsage();
}
