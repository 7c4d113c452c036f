const input = "*:1.0/*/input/*/event*";
const block = "*:1.0/host*/target*/*/block/*";
const drive = { drive: "disk", serial: "disk-0123456789" };

/**
 * Everything that can be plugged, by the name that `--devices` takes.
 *
 * `product` and `speed` (Mbit/s, as sysfs writes it) are how the guest recognises the device; `below`: what a driver
 * makes below it in sysfs (default: nothing), without which the device counts as not there yet.
 * `gadget`: made by the script `gadgets` in the guest. `qemu`: what follows QEMU's `-device`; `needs`: another
 * name that must be plugged first; `onDemand`: not among `all`, since few want it.
 */
export const devices = {
  "zero-hs": { gadget: true, product: "Gadget Zero", speed: "480" },
  "zero-ss": { gadget: true, product: "Gadget Zero", speed: "5000" },
  hid: { gadget: true, product: "Gadget Keyboard", speed: "480", below: input },
  acm: { gadget: true, product: "Gadget Serial", speed: "480", below: "*:1.0/tty/ttyACM*" },
  storage: { gadget: true, product: "Gadget Storage", speed: "5000", below: block },
  kbd: { qemu: { driver: "usb-kbd", port: "1" }, product: "QEMU USB Keyboard", speed: "480", below: input },
  tablet: {
    qemu: { driver: "usb-tablet", port: "2" },
    product: "QEMU USB Tablet",
    speed: "480",
    below: input,
  },
  disk: {
    qemu: { driver: "usb-storage", port: "3", ...drive },
    product: "QEMU USB HARDDRIVE",
    speed: "5000",
    below: block,
  },
  hub: { qemu: { driver: "usb-hub", port: "4" }, product: "QEMU USB Hub", speed: "12" },
  mouse: {
    qemu: { driver: "usb-mouse", port: "4.1" },
    needs: "hub",
    product: "QEMU USB Mouse",
    speed: "12",
    below: input,
  },
  audio: {
    // Bytes that it keeps until they are played, a second of them: 32 ms, its own choice, run over when QEMU stalls.
    qemu: { driver: "usb-audio", port: "5", audiodev: "sound", buffer: 192_000 },
    onDemand: true,
    product: "QEMU USB Audio",
    speed: "12",
  },
};

/** Names of all devices, in the order in which they are plugged. */
export const deviceNames = Object.keys(devices);

/** Names of those that are plugged unless others are asked for. */
export const usualDevices = deviceNames.filter((name) => !devices[name].onDemand);
