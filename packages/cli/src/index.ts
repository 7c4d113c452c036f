/**
 * The command `tsusb`, as a function: `bin/tsusb.js` hands it the process, tests hand it what they like.
 *
 * @packageDocumentation
 */
export { main } from "./main.js";
export type { Terminal } from "./terminal.js";
