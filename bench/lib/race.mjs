import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PATIENCE_MS = 30_000;

/**
 * Starts rivals one after the other, then lets them measure in turn.
 *
 * @param {object} job
 * @param {readonly (readonly string[])[]} job.rivals - Their commands.
 * @param {readonly (readonly number[])[]} job.turns - Who measures, in which order, as indices.
 * @param {number} job.slice - Seconds that each measures at a time.
 * @param {boolean} job.stopsOthers - Whether who does not measure is stopped: what it does meanwhile would be measured.
 * @returns {Promise<readonly { us: number[], cannot?: string, failure?: string }[]>} In the order of the commands.
 */
export async function race({ rivals, turns, slice, stopsOthers }) {
  const runners = [];
  try {
    for (const command of rivals) {
      const runner = new Runner(command);
      runners.push(runner);
      // The next one does not start while this one warms up.
      await runner.hear();
      if (stopsOthers) runner.stop();
    }
    for (const turn of turns)
      for (const at of turn) {
        runners[at].resume();
        await runners[at].measure(slice);
        if (stopsOthers) runners[at].stop();
      }
    for (const runner of runners) await runner.end();
  } finally {
    for (const runner of runners) runner.kill();
  }
  return runners.map(({ result }) => result);
}

/** One rival, as a process. */
class Runner {
  /** @type {{ us: number[], cannot?: string, failure?: string }} */
  result = { us: [] };
  #child;
  #lines;
  #ended;
  #stderr = "";

  constructor([program, ...words]) {
    this.#child = spawn(program, words, { stdio: "pipe" });
    this.#child.stderr.on("data", (text) => {
      this.#stderr += text;
    });
    this.#child.stdin.on("error", () => {}); // its end says why
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve(error.message));
      this.#child.once("close", (code, signal) =>
        resolve(code === 0 ? undefined : `ended with ${code ?? signal}`),
      );
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Takes its next line to heart. */
  async hear() {
    const late = setTimeout(() => this.kill(), PATIENCE_MS);
    const { value } = await this.#lines.next();
    clearTimeout(late);
    if (value === undefined) {
      const why = (await this.#ended) ?? "ended too early";
      this.result.failure ??= `${why}: ${this.#stderr.trim()}`;
      return;
    }
    const { us, cannot } = JSON.parse(value);
    if (us !== undefined) this.result.us.push(us);
    if (cannot !== undefined) this.result.cannot = cannot;
  }

  async measure(seconds) {
    if (this.result.cannot !== undefined || this.result.failure !== undefined) return;
    this.#child.stdin.write(`${seconds}\n`);
    await this.hear();
  }

  stop() {
    this.#child.kill("SIGSTOP");
  }

  resume() {
    this.#child.kill("SIGCONT");
  }

  async end() {
    this.resume();
    this.#child.stdin.end();
    const late = setTimeout(() => this.kill(), PATIENCE_MS);
    const why = await this.#ended;
    clearTimeout(late);
    if (why !== undefined) this.result.failure ??= `${why}: ${this.#stderr.trim()}`;
  }

  kill() {
    this.#child.kill("SIGKILL");
  }
}
