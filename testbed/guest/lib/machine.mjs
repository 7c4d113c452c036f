import { spawn } from "node:child_process";
import { join } from "node:path";
import { devices } from "./devices.mjs";
import { qemuDevice } from "./host-requests.mjs";
import { which } from "./packages.mjs";
import { recordingPath } from "./recording.mjs";

/** Names of the virtio-serial ports, each a Unix socket of that name in the folder of the run. */
export const ports = ["stdout", "stderr", "status", "host"];

/** Starts QEMU; its own words go to the file qemu.log, the guest's console to console.log in `folder`. */
export function startMachine(options, image, folder, log) {
  // If this process is killed in a way that it cannot see, QEMU must not stay.
  const words = [
    "--pdeathsig",
    "KILL",
    which("qemu-system-x86_64"),
    ...qemuArguments(options, image, folder),
  ];
  return spawn("setpriv", words, { stdio: ["ignore", log, log] });
}

const kernelWords = [
  ...["console=ttyS0", "quiet", "panic=-1"],
  // Each takes a tenth of a second or more away from the start.
  ...["mitigations=off", "nokaslr", "tsc=reliable", "cryptomgr.notests", "apparmor=0", "lsm=", "audit=0"],
  "random.trust_cpu=on",
  "init_on_alloc=0",
];

function qemuArguments(options, image, folder) {
  const gadgets = options.devices.filter((name) => devices[name].gadget).join(",");
  const argument = (text) => text.replaceAll(",", ",,");
  return [
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"],
    // Not microvm: without HPET and PM timer, 6 boots of 40 failed to measure the TSC and stood still.
    ...[
      "-M",
      "q35,sata=off,smbus=off,vmport=off,i8042=off",
      "-accel",
      "tcg",
      "-cpu",
      // Under emulation "rep movsb" goes byte by byte; without these two nobody takes it for the fastest copy.
      "max,-erms,-fsrm",
      "-smp",
      "1",
      "-m",
      String(options.memory),
    ],
    ...["-kernel", image.vmlinux, "-initrd", image.initramfs],
    "-append",
    [...kernelWords, `tsusb.run=${folder}`, `tsusb.gadgets=${gadgets}`].join(" "),
    ...["-serial", `file:${argument(join(folder, "console.log"))}`],
    ...["-qmp", `unix:${join(folder, "qmp")}`],
    ...["-device", "virtio-serial-pci"],
    ...ports.flatMap((name) => [
      ...["-chardev", `socket,id=${name},path=${join(folder, name)}`],
      ...["-device", `virtserialport,chardev=${name},name=tsusb.${name}`],
    ]),
    ...share("files", "/", "readonly=on"),
    ...options.out.flatMap((directory, index) => share(`out${index}`, directory, "writeout=immediate")),
    ...["-device", "qemu-xhci,id=xhci,p2=8,p3=8"],
    "-blockdev",
    JSON.stringify({
      driver: "raw",
      "node-name": "disk",
      file: { driver: "file", filename: join(folder, "disk.img") },
    }),
    // What usb-audio plays comes as it is: without a frequency, QEMU would convert it to 44,100 Hz.
    "-audiodev",
    `wav,id=sound,path=${argument(recordingPath(folder))},out.frequency=48000`,
    ...options.devices
      .filter((name) => devices[name].qemu)
      .flatMap((name) => ["-device", JSON.stringify(qemuDevice(name))]),
    ...options.qemu,
  ];

  function share(tag, path, mode) {
    return [
      ...["-fsdev", `local,id=${tag},path=${argument(path)},security_model=none,multidevs=remap,${mode}`],
      ...["-device", `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
    ];
  }
}
