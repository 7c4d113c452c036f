import { IBackend, registerBackend } from "@tsusb/core/backend";

/** A backend without devices; what is never called gives nothing. */
class AcmeBackend extends IBackend {
  name = "acme";
  supports = Object.freeze({});
  async enumerateDevices() {
    return [];
  }
  async getDeviceDescriptor() {}
  async getConfigurationDescriptor() {}
  async openDevice() {}
  async closeDevice() {}
  async setConfiguration() {}
  async getConfiguration() {}
  async claimInterface() {}
  async releaseInterface() {}
  async setInterfaceAltsetting() {}
  submit() {}
  async close() {}
}

export async function getBackend() {
  if (process.env.ACME_BACKEND === "broken") throw new Error("ACME_BACKEND is broken");
  return new AcmeBackend();
}

registerBackend({ name: "acme", apiVersion: 1, packageName: "@acme/backend-acme", getBackend });
