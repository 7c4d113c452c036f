import { main, type Terminal } from "@tsusb/cli";

/** What a command line gave. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process. */
export async function runCli(words: readonly string[], terminal: Partial<Terminal> = {}): Promise<Outcome> {
  const said = { out: "", err: "" };
  const status = await main(words, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    columns: undefined,
    env: {},
    ...terminal,
  });
  return { status, ...said };
}
