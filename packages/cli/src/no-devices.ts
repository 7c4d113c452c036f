import { existsSync } from "node:fs";
import type { IBackend } from "@tsusb/core/backend";

/** Says what it means that a backend lists nothing, and what to do. */
export function noDevicesMessage({ name }: Pick<IBackend, "name">): string {
  const local = name === "libusb1" || name === "libusb0" || name === "openusb";
  if (!local) return `No devices: backend ${name} has none to show.`;
  if (process.platform === "linux") return onLinux();
  return "No USB devices are connected.";
}

function onLinux(): string {
  const sysfs = existsSync("/sys/bus/usb/devices");
  const nodes = existsSync("/dev/bus/usb");
  if (!sysfs && !nodes) {
    return [
      "This machine has no USB: there is neither /sys/bus/usb nor /dev/bus/usb.",
      "In a container, give it the host's devices (docker run --device /dev/bus/usb); in a virtual machine, add a controller.",
    ].join("\n");
  }
  if (!nodes) {
    return [
      "No USB devices are to be seen: the kernel has USB, but /dev/bus/usb does not exist.",
      "In a container, give it the host's devices (docker run --device /dev/bus/usb).",
    ].join("\n");
  }
  return "No USB devices are connected.";
}
