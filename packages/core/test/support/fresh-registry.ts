import { afterEach, beforeEach } from "vitest";

const KEY = Symbol.for("tsusb.registry");

/** Gives each test of the file a registry of its own. */
export function withFreshRegistry(): void {
  let before: unknown;
  beforeEach(() => {
    before = Reflect.get(globalThis, KEY);
    Reflect.deleteProperty(globalThis, KEY);
  });
  afterEach(() => {
    Reflect.set(globalThis, KEY, before);
  });
}
