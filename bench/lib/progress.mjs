import { SingleBar } from "cli-progress";

/**
 * Shows a bar on stderr while something is done; nothing where that is no terminal.
 *
 * @template T
 * @param {(show: (done: number, all: number, what: string) => void) => Promise<T>} work
 * @returns {Promise<T>} What it gave; the bar is gone.
 */
export async function withProgress(work) {
  if (!process.stderr.isTTY) return await work(() => {});
  const format = "{bar} {value}/{total}, {eta_formatted} to go: {what}";
  const bar = new SingleBar({ stream: process.stderr, format, clearOnComplete: true, hideCursor: true });
  try {
    return await work((done, all, what) => {
      if (bar.isActive) bar.update(done, { what });
      else bar.start(all, done, { what });
    });
  } finally {
    // Also after a failure: until it is stopped, its timer keeps the process alive and the cursor is hidden.
    bar.stop();
  }
}
