import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apt, which } from "./packages.mjs";
import { SetupError } from "./setup-error.mjs";

// What is copied into the initramfs, and what it is called there.
const scripts = { init: "init", gadgets: "bin/gadgets" };

// What is loaded before this machine's files are there, in this order; the rest comes from the cache over 9p.
const initModules = {
  usb: ["xhci-pci", "usbhid", "hid-generic", "evdev", "usb-storage", "uas", "sd_mod", "cdc-acm"],
  gadget: ["dummy_hcd", "libcomposite", "usb_f_ss_lb", "usb_f_hid", "usb_f_acm", "usb_f_mass_storage"],
  files: ["virtio_pci", "virtio_console", "9p", "9pnet_virtio", "overlay"],
};

// Most of the bytes of Debian's modules, and nothing to do with USB.
const leftOut = [
  "drivers/gpu",
  "drivers/net/ethernet",
  "drivers/net/wireless",
  "drivers/infiniband",
  "drivers/isdn",
];

/**
 * Kernel and initramfs, made if they are not in the cache yet.
 *
 * @returns Paths: `vmlinux`, `initramfs`, and `modules`, the folder that is the guest's /lib/modules.
 */
export function ensureImage() {
  const cache = cacheDirectory();
  mkdirSync(cache, { recursive: true });
  const kernel = cachedKernel(cache) ?? fetchKernel(cache);
  const hash = createHash("sha256").update(JSON.stringify([scripts, initModules]));
  for (const name of Object.keys(scripts)) hash.update(readFileSync(scriptPath(name)));
  const busybox = statSync(which("busybox"));
  hash.update(`${busybox.size} ${busybox.mtimeMs}`);
  const initramfs = join(kernel, `initramfs-${hash.digest("hex").slice(0, 16)}.cpio`);
  if (!existsSync(initramfs)) makeInitramfs(kernel, initramfs);
  return { vmlinux: join(kernel, "vmlinux"), initramfs, modules: join(kernel, "lib/modules") };
}

/** The folder that keeps kernel and initramfs between runs. */
export function cacheDirectory() {
  const base = process.env.XDG_CACHE_HOME || join(process.env.HOME || userInfo().homedir, ".cache");
  return join(base, "tsusb", "guest");
}

// A folder gets its name when it is complete, so whatever bears the name can be used.
function cachedKernel(cache) {
  const kernels = readdirSync(cache).filter((name) => name.startsWith("linux-image-"));
  const newest = kernels.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  return newest && join(cache, newest);
}

function fetchKernel(cache) {
  const name = kernelPackage();
  const work = mkdtempSync(join(cache, "making-"));
  try {
    process.stderr.write(`guest: fetching ${name} (once; kept in ${cache})\n`);
    const download = spawnSync("apt-get", ["download", "-q", name], { cwd: work, stdio: ["ignore", 2, 2] });
    if (download.status !== 0) throw new SetupError(`apt-get download ${name} failed`);
    const deb = readdirSync(work).find((file) => file.endsWith(".deb"));
    const excludes = leftOut.map((path) => `--exclude=./lib/modules/*/kernel/${path}`).join(" ");
    run(
      "bash",
      ["-o", "pipefail", "-c", `dpkg-deb --fsys-tarfile "$0" | tar -x ${excludes} ./boot ./lib`, deb],
      work,
    );
    rmSync(join(work, deb));
    const [version] = readdirSync(join(work, "lib/modules"));
    run(which("depmod"), ["-b", work, version], work);
    unpackKernel(join(work, "boot", `vmlinuz-${version}`), join(work, "vmlinux"));
    rmSync(join(work, "boot"), { recursive: true });
    return publish(work, join(cache, deb.replace(/_amd64\.deb$/, "")));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function kernelPackage() {
  const ask = () =>
    spawnSync("apt-cache", ["depends", "linux-image-amd64"], { encoding: "utf8" }).stdout?.match(
      /Depends: (linux-image-\d\S*)/,
    )?.[1];
  const known = ask();
  if (known) return known;
  apt("update", "-q");
  return ask() ?? failSetup("apt knows no package linux-image-amd64; the guest runs Debian's own kernel");
}

// QEMU starts an unpacked kernel at once; let it unpack itself under emulation and 2.5 s are gone.
// Source: offsets from Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
function unpackKernel(bzImage, vmlinux) {
  const image = readFileSync(bzImage);
  const start = ((image[0x1f1] || 4) + 1) * 512 + image.readUInt32LE(0x248);
  const packed = image.subarray(start, start + image.readUInt32LE(0x24c) - 4);
  const output = openSync(vmlinux, "w");
  const { status } = spawnSync(which("xz"), ["-dc"], { input: packed, stdio: ["pipe", output, 2] });
  closeSync(output);
  if (status !== 0) failSetup(`${bzImage}: not packed with xz`);
}

function makeInitramfs(kernel, target) {
  const work = mkdtempSync(join(kernel, "making-"));
  try {
    const root = join(work, "root");
    for (const directory of ["bin", "proc", "sys", "dev", "run", "root"])
      mkdirSync(join(root, directory), { recursive: true });
    copyFileSync(which("busybox"), join(root, "bin/busybox"));
    symlinkSync("busybox", join(root, "bin/sh"));
    for (const [name, path] of Object.entries(scripts)) {
      copyFileSync(scriptPath(name), join(root, path));
      chmodSync(join(root, path), 0o755);
    }
    copyModules(kernel, join(root, "modules"));
    run("bash", ["-o", "pipefail", "-c", "cd root && find . | cpio -o -H newc --quiet > ../initramfs"], work);
    renameSync(join(work, "initramfs"), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// Each folder of modules holds what is new in it, numbered in the order in which it must be loaded.
function copyModules(kernel, target) {
  const copied = new Set();
  for (const [folder, names] of Object.entries(initModules)) {
    mkdirSync(join(target, folder), { recursive: true });
    for (const path of names.flatMap((name) => modulePaths(kernel, name))) {
      if (copied.has(path)) continue;
      const number = String(copied.add(path).size).padStart(2, "0");
      copyFileSync(path, join(target, folder, `${number}-${basename(path)}`));
    }
  }
}

// Paths of a module and of all that it needs, these first.
function modulePaths(kernel, name) {
  const [version] = readdirSync(join(kernel, "lib/modules"));
  const words = ["-S", version, "-d", kernel, "--show-depends", name];
  const { status, stdout } = spawnSync(which("modprobe"), words, { encoding: "utf8" });
  if (status !== 0) failSetup(`the kernel has no module ${name}`);
  return [...stdout.matchAll(/^insmod (\S+)/gm)].map((match) => match[1]);
}

function scriptPath(name) {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}

// Another run may have been faster; then its folder is as good as ours.
function publish(work, target) {
  try {
    renameSync(work, target);
  } catch (error) {
    if (!existsSync(join(target, "vmlinux"))) throw error;
  }
  return target;
}

function run(command, words, cwd) {
  const { status, error } = spawnSync(command, words, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0) failSetup(`${command} ${words.join(" ")} failed${error ? `: ${error.message}` : ""}`);
}

function failSetup(message) {
  throw new SetupError(message);
}
