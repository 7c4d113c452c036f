import type { BackendDevice } from "../contract/backend-device.js";
import { nodeBuiltin } from "../node-builtin.js";
import { hexWord } from "../usb/hex.js";
import type { DeviceFacts } from "./device-facts.js";

// Hints read what Linux tells in files. Elsewhere, and in a browser, there is nothing to read and no hint.

type FileSystem = typeof import("node:fs/promises");

function fileSystem(): FileSystem | undefined {
  return globalThis.process?.platform === "linux" ? nodeBuiltin("node:fs")?.promises : undefined;
}

/** Gives the result of a look at the system, or nothing: a hint is never worth an error. */
async function orNothing<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch {
    // Not there or not ours to read: then there is no hint.
    return undefined;
  }
}

/** Says who owns the node that could not be opened, and which udev rule opens it. */
export async function accessHint(device: BackendDevice, facts: DeviceFacts): Promise<string | undefined> {
  const fs = fileSystem();
  const node = device.node;
  if (fs === undefined || node === undefined) return undefined;
  const id = (value: number): string => hexWord(value).slice(2);
  const rule =
    `SUBSYSTEM=="usb", ATTR{idVendor}=="${id(facts.idVendor)}", ATTR{idProduct}=="${id(facts.idProduct)}", ` +
    `MODE="0660", TAG+="uaccess"`;
  const remedy =
    `add the rule '${rule}' to /etc/udev/rules.d/70-usb-${id(facts.idVendor)}-${id(facts.idProduct)}.rules, ` +
    `run "udevadm control --reload && udevadm trigger", then replug the device`;
  const stat = await orNothing(() => fs.stat(node));
  if (stat === undefined) return remedy;
  const owner = await nameOf(fs, "/etc/passwd", stat.uid);
  const group = await nameOf(fs, "/etc/group", stat.gid);
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, "0");
  return `${node} belongs to ${owner}:${group} with mode ${mode}; ${remedy}`;
}

/** Says which driver or process holds an interface. */
export async function busyHint(
  device: BackendDevice,
  configurationValue: number,
  interfaceNumber: number,
): Promise<string | undefined> {
  const fs = fileSystem();
  if (fs === undefined) return undefined;
  if (device.sysfs !== undefined) {
    const name = device.sysfs.slice(device.sysfs.lastIndexOf("/") + 1);
    const link = `${device.sysfs}/${name}:${configurationValue}.${interfaceNumber}/driver`;
    const target = await orNothing(() => fs.readlink(link));
    const driver = target?.slice(target.lastIndexOf("/") + 1);
    if (driver !== undefined && driver !== "usbfs") {
      return `the kernel's driver "${driver}" holds interface ${interfaceNumber}; open the device with { autoDetachKernelDriver: true } or call detachKernelDriver(${interfaceNumber})`;
    }
  }
  const holders = device.node === undefined ? [] : await processesWith(fs, device.node);
  if (holders.length === 0) return undefined;
  return `${device.node} is open in ${holders.join(", ")}`;
}

async function nameOf(fs: FileSystem, file: string, id: number): Promise<string> {
  const text = await orNothing(() => fs.readFile(file, "utf8"));
  const line = text?.split("\n").find((each) => each.split(":")[2] === String(id));
  return line?.split(":")[0] ?? String(id);
}

async function processesWith(fs: FileSystem, node: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await orNothing(() => fs.readdir("/proc"))) ?? []) {
    if (!/^\d+$/.test(pid)) continue;
    const descriptors = (await orNothing(() => fs.readdir(`/proc/${pid}/fd`))) ?? [];
    const targets = await Promise.all(
      descriptors.map((fd) => orNothing(() => fs.readlink(`/proc/${pid}/fd/${fd}`))),
    );
    const count = targets.filter((target) => target === node).length;
    if (count === 0) continue;
    if (pid === String(process.pid)) {
      // One of them is the handle that was refused.
      if (count > 1) found.push("this process, through another handle");
      continue;
    }
    const command = (await orNothing(() => fs.readFile(`/proc/${pid}/comm`, "utf8")))?.trim();
    found.push(`process ${pid} (${command ?? "unknown"})`);
  }
  return found;
}
