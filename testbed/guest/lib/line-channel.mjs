import { createServer } from "node:net";

/**
 * A Unix socket at `path` for the one connection that QEMU makes.
 *
 * @returns The connection, when it is there; it fails if nobody came before `signal` was aborted.
 */
export function acceptOne(path, signal) {
  return new Promise((accept, reject) => {
    const server = createServer((socket) => {
      server.close();
      accept(socket);
    });
    server.once("error", reject);
    signal.addEventListener("abort", () => {
      server.close();
      reject(signal.reason);
    });
    server.listen(path);
  });
}

/** Calls `onLine` with every line that `socket` gives, without its end. */
export function readLines(socket, onLine) {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
}
