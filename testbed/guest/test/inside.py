"""What guest.test.ts asks of PyUSB in the guest: devices, a key, gadget zero's buffer. Prints one JSON object."""

import json
import subprocess

import usb.core
import usb.util

ZERO = {"idVendor": 0x0525, "idProduct": 0xA4A0}


def listing():
    return sorted([d.idVendor, d.idProduct, usb.util.get_string(d, d.iProduct), d.speed] for d in
                  usb.core.find(find_all=True, custom_match=lambda d: d.idVendor != 0x1D6B))


def key():
    keyboard = usb.core.find(idVendor=0x0627, product="QEMU USB Keyboard")
    keyboard.detach_kernel_driver(0)
    usb.util.claim_interface(keyboard, 0)
    subprocess.run(["ask-host", "key", "b"], check=True)
    reports = [keyboard.read(0x81, 8, 5000).tolist() for _ in range(2)]
    usb.util.release_interface(keyboard, 0)
    keyboard.attach_kernel_driver(0)
    return reports


def buffer(device):
    device.set_configuration(3)
    sent = bytes(i * 7 & 0xFF for i in range(4096))
    device.ctrl_transfer(0x40, 0x5B, 0, 0, sent)
    return bytes(device.ctrl_transfer(0xC0, 0x5C, 0, 0, 4096)) == sent


def loopback(device):
    device.set_configuration(2)
    sent = b"loop" * 1024  # The gadget gives back what it has when 4096 bytes or a short packet have come.
    device.write(0x02, sent)
    return bytes(device.read(0x81, 4096)) == sent


def report():
    """An 8-byte report from the HID gadget's own side."""
    device = usb.core.find(idVendor=0x0525, idProduct=0xA4AC)
    device.detach_kernel_driver(0)
    usb.util.claim_interface(device, 0)
    with open("/dev/hidg0", "wb", buffering=0) as gadget:
        gadget.write(bytes([2, 0, 4, 0, 0, 0, 0, 0]))
    return device.read(0x81, 8, 5000).tolist()


devices = listing()
zeros = sorted(usb.core.find(find_all=True, **ZERO), key=lambda d: d.speed)
buffers = [buffer(d) for d in zeros]
usb.util.dispose_resources(zeros[0])
usb.util.dispose_resources(zeros[1])
print(json.dumps({
    "devices": devices,
    "key": key(),
    "buffers": buffers,
    "loopbacks": [loopback(d) for d in zeros],
    "report": report(),
}))
