import type { BackendDevice, BackendHandle, TransferRequest } from "@tsusb/core/backend";
import { expect } from "vitest";
import type { Topic } from "../conformance-case.js";
import { type CaseContext, PATIENCE } from "../context.js";

/** As another backend might give them: everything that the contract names, and nothing that this one needs. */
const FOREIGN_DEVICE: BackendDevice = { key: "of another backend", bus: 1, address: 2 };
const FOREIGN_HANDLE: BackendHandle = { device: FOREIGN_DEVICE };

/** Expects a promise that rejects with a TypeError: a call that throws is one that nobody awaits. */
async function expectTypeError(method: string, call: () => Promise<unknown>): Promise<void> {
  const outcome = await call().then(
    () => "it resolved",
    (error: unknown) => error,
  );
  expect(outcome, `${method}: ${String(outcome)}`).toBeInstanceOf(TypeError);
}

/** Objects of one backend given to another. */
export const foreignObjects: Topic<CaseContext> = {
  name: "foreign objects",
  cases: [
    {
      name: "rejects a device of another backend with a TypeError",
      run: async ({ backend }) => {
        await expectTypeError("openDevice", () => backend.openDevice(FOREIGN_DEVICE));
        await expectTypeError("getDeviceDescriptor", () => backend.getDeviceDescriptor(FOREIGN_DEVICE));
        await expectTypeError("getConfigurationDescriptor", () =>
          backend.getConfigurationDescriptor(FOREIGN_DEVICE, 0),
        );
        if (backend.supports.parent)
          await expectTypeError("getParent", () => backend.getParent(FOREIGN_DEVICE));
      },
    },
    {
      name: "rejects a handle of another backend with a TypeError",
      run: async ({ backend }) => {
        const { clearHalt, reset, bulkStreams, kernelDriver } = backend.supports;
        await expectTypeError("getConfiguration", () => backend.getConfiguration(FOREIGN_HANDLE));
        await expectTypeError("setConfiguration", () => backend.setConfiguration(FOREIGN_HANDLE, 1));
        await expectTypeError("claimInterface", () => backend.claimInterface(FOREIGN_HANDLE, 0));
        await expectTypeError("releaseInterface", () => backend.releaseInterface(FOREIGN_HANDLE, 0));
        await expectTypeError("setInterfaceAltsetting", () =>
          backend.setInterfaceAltsetting(FOREIGN_HANDLE, 0, 0),
        );
        if (clearHalt) await expectTypeError("clearHalt", () => backend.clearHalt(FOREIGN_HANDLE, 0x81));
        if (reset) await expectTypeError("resetDevice", () => backend.resetDevice(FOREIGN_HANDLE));
        if (bulkStreams)
          await expectTypeError("allocStreams", () => backend.allocStreams(FOREIGN_HANDLE, 1, [0x81]));
        if (kernelDriver)
          await expectTypeError("isKernelDriverActive", () =>
            backend.isKernelDriverActive(FOREIGN_HANDLE, 0),
          );
        await expectTypeError("closeDevice", () => backend.closeDevice(FOREIGN_HANDLE));
      },
    },
    {
      name: "submits nothing on a handle of another backend: `done` rejects with a TypeError",
      run: async ({ backend }) => {
        const setup = { bmRequestType: 0x80, bRequest: 6, wValue: 0x0100, wIndex: 0, wLength: 18 };
        const requests: TransferRequest[] = [
          { type: "control", endpoint: 0, setup, length: 18, timeout: PATIENCE },
          { type: "bulk", endpoint: 0x81, length: 64, timeout: PATIENCE },
        ];
        for (const request of requests) {
          const submission = backend.submit(FOREIGN_HANDLE, request);
          submission.cancel();
          await expectTypeError("submit", () => submission.done);
        }
      },
    },
  ],
};
