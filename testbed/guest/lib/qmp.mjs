import { readLines } from "./line-channel.mjs";

/** QEMU's own control connection. Source: docs/interop/qmp-spec.txt of QEMU 7.2. */
export class Qmp {
  #socket;
  #waiting = [];

  constructor(socket) {
    this.#socket = socket;
    socket.on("error", () => {});
    socket.on("close", () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error("QEMU ended"));
    });
    readLines(socket, (line) => this.#onLine(line));
    this.execute("qmp_capabilities").catch(() => {});
  }

  /** Runs one command and resolves to what it returns; rejects with QEMU's own words. */
  execute(command, words = {}) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: words })}\n`);
    });
  }

  // Answers come in the order of the commands; events and the greeting are neither.
  #onLine(line) {
    const message = JSON.parse(line);
    if ("return" in message) this.#waiting.shift()?.resolve(message.return);
    else if ("error" in message) this.#waiting.shift()?.reject(new Error(message.error.desc));
  }
}
