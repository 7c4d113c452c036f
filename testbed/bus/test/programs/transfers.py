"""Meets each behaviour and each fault of the default bus through PyUSB and libusb; prints what happened as JSON."""

import errno
import fcntl
import json
import os
import socket
import struct
import time

import usb.core
import usb.util

socket_ = socket.socket(socket.AF_UNIX)
socket_.connect(os.environ["TSUSB_BUS_SOCKET"])
lines = socket_.makefile("rw")
seen = {}


def command(text):
    lines.write(text + "\n")
    lines.flush()
    answer = json.loads(lines.readline())
    assert answer["ok"], (text, answer)
    return answer


def outcome(call):
    """The length that came, or libusb's error code."""
    try:
        result = call()
        return result if isinstance(result, int) else len(result)
    except usb.core.USBError as error:
        return error.backend_error_code


def fault(words):
    command("fault zero " + words)


zero = usb.core.find(idVendor=0x1209, idProduct=1)
seen["strings"] = [zero.manufacturer, zero.product, zero.serial_number]
seen["place"] = [zero.bus, zero.address, list(zero.port_numbers), zero.speed, zero.parent.idVendor]

data = os.urandom(1 << 18)
back = bytearray()
for at in range(0, len(data), 1 << 16):
    zero.write(0x01, data[at : at + (1 << 16)])
    back += bytes(zero.read(0x81, 1 << 16))
seen["loopback"] = bytes(back) == data
zero.write(0x01, b"x" * 1000)
seen["short packet ends"] = outcome(lambda: zero.read(0x81, 4096))
zero.write(0x01, b"x" * 512)
seen["full packet does not end"] = outcome(lambda: zero.read(0x81, 1024, 50))
seen["source"] = bytes(zero.read(0x84, 1024)) == bytes(i % 512 % 63 for i in range(1024))
seen["source overflows"] = outcome(lambda: zero.read(0x84, 100))
zero.write(0x04, b"hello")
endpoints = {e["endpoint"]: e for e in command("inspect zero")["devices"][0]["endpoints"]}
seen["sink"] = [endpoints[4]["bytes"], bytes.fromhex(endpoints[4]["last"]).decode()]
seen["silent"] = outcome(lambda: zero.read(0x85, 64, 50))
command("send zero 0x85 " + b"abc".hex())
seen["sent"] = bytes(zero.read(0x85, 64)).decode()
zero.set_interface_altsetting(1, 1)
zero.write(0x03, b"abc")
seen["interrupt"] = bytes(zero.read(0x83, 64)).decode()
zero.ctrl_transfer(0x40, 0x5B, 0, 0, data[:4096])
seen["vendor store"] = bytes(zero.ctrl_transfer(0xC0, 0x5C, 0, 0, 4096)) == data[:4096]
seen["unknown request"] = outcome(lambda: zero.ctrl_transfer(0xC0, 0x77, 0, 0, 10))

fault("0x84 stall 0 1 0")
seen["stall"] = [outcome(lambda: zero.read(0x84, 512)) for _ in range(2)]
seen["halted"] = list(zero.ctrl_transfer(0x82, 0, 0, 0x84, 2))
zero.clear_halt(0x84)
seen["cleared"] = outcome(lambda: zero.read(0x84, 512))
for words in ("short 3", "long 0", "error EPROTO", "partial 5", "silent 0"):
    fault("0x84 %s 1 0" % words)
    seen["once " + words.split()[0]] = [outcome(lambda: zero.read(0x84, 512, 50)), outcome(lambda: zero.read(0x84, 512))]
fault("0x84 short 1 2 1")
seen["after and count"] = [outcome(lambda: zero.read(0x84, 512)) for _ in range(4)]
fault("0x84 delay 40000 1 0")
begin = time.monotonic()
zero.read(0x84, 512)
seen["delay"] = time.monotonic() - begin
fault("0 stall 0 1 0 0x80 6 0x0100 *")
descriptor = lambda: zero.ctrl_transfer(0x80, 6, 0x100, 0, 18)
seen["control stall"] = [outcome(descriptor), outcome(descriptor)]

seen["configure while claimed"] = outcome(lambda: zero.set_configuration(2))
usb.util.dispose_resources(zero)
zero.set_configuration(2)
sysfs = "/sys/bus/usb/devices/"
seen["configuration"] = [open(sysfs + "1-1/bConfigurationValue").read(), os.path.exists(sysfs + "1-1:2.0")]
seen["endpoint of the other configuration"] = outcome(lambda: zero.ctrl_transfer(0x82, 0, 0, 0x81, 2))
zero.set_configuration(1)

usb.util.claim_interface(zero, 0)
other = os.open("/dev/bus/usb/001/002", os.O_RDWR)
try:
    fcntl.ioctl(other, 0x8004550F, struct.pack("I", 0))
except OSError as error:
    seen["claim by another file"] = errno.errorcode[error.errno]
os.close(other)

keyboard = usb.core.find(idVendor=0x1209, idProduct=2)
driver = sysfs + "1-2:1.0/driver"
steps = [[keyboard.is_kernel_driver_active(0), os.path.basename(os.path.realpath(driver))]]
steps.append(outcome(lambda: usb.util.claim_interface(keyboard, 0) or 0))
keyboard.detach_kernel_driver(0)
steps.append([keyboard.is_kernel_driver_active(0), os.path.exists(driver)])
keyboard.attach_kernel_driver(0)
steps.append(keyboard.is_kernel_driver_active(0))
seen["driver"] = steps

seen["reset"] = zero.reset()
fault("0x85 unplug 0 1 0")
seen["unplug"] = [outcome(lambda: zero.read(0x85, 512, 2000)), outcome(lambda: zero.read(0x84, 512))]
seen["gone"] = [os.path.exists("/dev/bus/usb/001/002"), os.path.exists(sysfs + "1-1")]
command("replug zero")
seen["replugged"] = usb.core.find(idVendor=0x1209, idProduct=1).address
print(json.dumps(seen))
