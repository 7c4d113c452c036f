import { type BackendRegistration, registeredBackends } from "@tsusb/core";
import { registerBackend } from "@tsusb/core/backend";
import { describe, expect, it, vi } from "vitest";
import { refusedRegistrations } from "../../src/selection/registry.js";
import { FakeBackend } from "../support/fake-backend.js";
import { withFreshRegistry } from "../support/fresh-registry.js";

withFreshRegistry();

function registration(fields: Partial<BackendRegistration> = {}): BackendRegistration {
  return { name: "fake", apiVersion: 1, getBackend: async () => new FakeBackend(), ...fields };
}

describe("registerBackend", () => {
  it("keeps registrations in their order", () => {
    const one = registration({ name: "one" });
    const two = registration({ name: "two" });
    registerBackend(one);
    registerBackend(two);
    expect(registeredBackends()).toEqual([one, two]);
  });

  it("keeps the first of a name and remembers the other package as a duplicate", () => {
    const first = registration({ packageName: "@a/backend-fake" });
    registerBackend(first);
    registerBackend(registration({ packageName: "@b/backend-fake" }));
    registerBackend(registration({ packageName: "@b/backend-fake" }));
    expect(registeredBackends()).toEqual([first]);
    expect(refusedRegistrations()).toMatchObject([
      { name: "fake", packageName: "@b/backend-fake", outcome: "duplicate" },
    ]);
    expect(refusedRegistrations()[0]?.message).toContain("@a/backend-fake");
  });

  it("ignores the same package again, and the same function", () => {
    const first = registration({ packageName: "@a/backend-fake" });
    registerBackend(first);
    registerBackend(registration({ packageName: "@a/backend-fake" }));
    registerBackend({ ...first, packageName: undefined });
    expect(registeredBackends()).toEqual([first]);
    expect(refusedRegistrations()).toEqual([]);
  });

  it("refuses another version of the contract, naming both", () => {
    registerBackend({ ...registration(), apiVersion: 2 as 1 });
    expect(registeredBackends()).toEqual([]);
    expect(refusedRegistrations()).toMatchObject([
      { name: "fake", outcome: "invalid", hint: "update @tsusb/core" },
    ]);
    expect(refusedRegistrations()[0]?.message).toMatch(/version 2 .*version 1/);
  });

  it("says of a version older than its own, and of none, to update the package", () => {
    registerBackend({
      ...registration({ packageName: "@a/backend-fake" }),
      apiVersion: undefined as unknown as 1,
    });
    expect(refusedRegistrations()).toMatchObject([{ outcome: "invalid", hint: "update @a/backend-fake" }]);
  });

  it.each([
    [undefined, "name"],
    [{ apiVersion: 1, getBackend: () => undefined }, "name"],
    [{ ...registration(), name: "" }, "name"],
    [{ name: "x", apiVersion: 1 }, "getBackend"],
    [{ ...registration(), packageName: 3 }, "packageName"],
  ])("throws a TypeError for %o", (given, field) => {
    expect(() => registerBackend(given as unknown as BackendRegistration)).toThrow(TypeError);
    expect(() => registerBackend(given as unknown as BackendRegistration)).toThrow(field);
  });

  it("is shared by two copies of core", async () => {
    vi.resetModules();
    const other = await import("../../src/selection/registry.js");
    expect(other.registerBackend).not.toBe(registerBackend);
    const theirs = registration();
    other.registerBackend(theirs);
    expect(registeredBackends()).toEqual([theirs]);
  });
});
