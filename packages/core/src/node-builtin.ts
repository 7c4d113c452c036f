/**
 * Gives a module of Node itself, `undefined` where this is no Node. Core has no static `node:` import, so that a bundle
 * for the browser can hold it.
 */
export function nodeBuiltin<T extends keyof NodeBuiltins>(name: T): NodeBuiltins[T] | undefined {
  return globalThis.process?.getBuiltinModule?.(name);
}

interface NodeBuiltins {
  readonly "node:fs": typeof import("node:fs");
  readonly "node:module": typeof import("node:module");
  readonly "node:os": typeof import("node:os");
  readonly "node:path": typeof import("node:path");
  readonly "node:url": typeof import("node:url");
  readonly "node:util": typeof import("node:util");
  readonly "node:worker_threads": typeof import("node:worker_threads");
}
