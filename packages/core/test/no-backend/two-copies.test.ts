import { expect, it } from "vitest";
import { StagedProgram } from "./staged-program.js";

const SOURCE = `
  import { IBackend, NoBackendError, registerBackend } from "@tsusb/core/backend";

  class AcmeBackend extends IBackend {
    name = "acme";
    supports = {};
  }
  for (const method of ["enumerateDevices", "getDeviceDescriptor", "getConfigurationDescriptor", "openDevice",
    "closeDevice", "setConfiguration", "getConfiguration", "claimInterface", "releaseInterface",
    "setInterfaceAltsetting", "submit", "close"]) AcmeBackend.prototype[method] = () => undefined;

  async function getBackend() {
    if (process.env.ACME_BACKEND !== "broken") return new AcmeBackend();
    const libraries = [{ candidate: "/x", path: "/x", source: "option", reason: "directory", message: "/x is a folder" }];
    const attempt = { name: "acme", packageName: "@acme/backend-usb", outcome: "failed", message: "no", libraries };
    throw new NoBackendError("no", { attempts: [attempt] });
  }
  registerBackend({ name: "acme", apiVersion: 1, packageName: "@acme/backend-usb", getBackend });
`;

it("a backend that brings a copy of core of its own is registered with the program's, and its errors are understood", () => {
  using program = new StagedProgram();
  program.installBackend("@acme/backend-usb", SOURCE);
  program.copy("node_modules/@tsusb/core", "node_modules/@acme/backend-usb/node_modules/@tsusb/core");
  expect(program.run().name).toBe("acme");
  expect(program.run({ TSUSB_BACKEND: "libusb1,acme" }).name).toBe("acme");

  const told = program.run({ ACME_BACKEND: "broken" });
  expect(told.attempts.at(-1)).toMatchObject({ name: "acme", libraries: [{ reason: "directory" }] });
  expect(told.message).toContain('libraryPath is "/x", which is a folder');
});
