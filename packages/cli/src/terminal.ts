/** What a command talks to. */
export interface Terminal {
  /** Takes what was asked for. */
  readonly out: (text: string) => void;
  /** Takes what is to be said beside it. */
  readonly err: (text: string) => void;
  /** Columns that a line may fill; `undefined` if nobody looks at them, and nothing is cut. */
  readonly columns: number | undefined;
  /** Environment: `TSUSB_BACKEND`, `TSUSB_DEBUG`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** This process's own. A reader that goes away (`| head`) is no error: what follows is dropped. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
  };
  stdout.on("error", onError);
  stderr.on("error", onError);
  const write = (stream: NodeJS.WriteStream) => (text: string) => {
    if (!stream.destroyed && stream.writable) stream.write(text);
  };
  return {
    out: write(stdout),
    err: write(stderr),
    columns: (stdout.isTTY && stdout.columns) || undefined,
    env: process.env,
  };
}
