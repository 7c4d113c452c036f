import { nodeBuiltin } from "../node-builtin.js";

/** Lists a path and every folder above it, the root last. I/O: none. */
export function upwards(start: string): readonly string[] {
  const path = nodeBuiltin("node:path");
  const directories = [start];
  for (let at = start; path && path.dirname(at) !== at; at = path.dirname(at))
    directories.push(path.dirname(at));
  return directories;
}
