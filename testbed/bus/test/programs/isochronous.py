"""Meets the isochronous devices by usbfs's own ioctls, with their clocks stopped; prints what happened as JSON."""

import ctypes
import errno
import glob
import json
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)
SUBMIT, DISCARD, REAP, CLAIM, SET_INTERFACE, RESET = 0x8038550A, 0x550B, 0x4008550D, 0x8004550F, 0x80085504, 0x5514
ISO, INTERRUPT, BULK = 0, 1, 3
ASAP = 2

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


def endpoint_of(name, address):
    return next(e for e in command("inspect " + name)["devices"][0]["endpoints"] if e["endpoint"] == address)


class Packet(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint), ("actual", ctypes.c_uint), ("status", ctypes.c_int)]


class Urb(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_ubyte),
        ("endpoint", ctypes.c_ubyte),
        ("status", ctypes.c_int),
        ("flags", ctypes.c_uint),
        ("buffer", ctypes.c_void_p),
        ("buffer_length", ctypes.c_int),
        ("actual_length", ctypes.c_int),
        ("start_frame", ctypes.c_int),
        ("number_of_packets", ctypes.c_int),
        ("error_count", ctypes.c_int),
        ("signr", ctypes.c_uint),
        ("usercontext", ctypes.c_void_p),
        ("packets", Packet * 129),
    ]


def ioctl(fd, number, argument):
    """0, or the name of the error."""
    return 0 if libc.ioctl(fd, ctypes.c_ulong(number), argument) >= 0 else errno.errorcode[ctypes.get_errno()]


def open_device(serial):
    for folder in glob.glob("/sys/bus/usb/devices/*/serial"):
        if open(folder).read().strip() == serial:
            at = os.path.dirname(folder)
            bus, device = (int(open(at + "/" + name).read()) for name in ("busnum", "devnum"))
            return os.open("/dev/bus/usb/%03d/%03d" % (bus, device), os.O_RDWR)
    raise RuntimeError(serial + " is not on the bus")


class Transfer:
    def __init__(self, fd, endpoint, lengths, data=None, **fields):
        self.fd = fd
        total = sum(lengths)
        self.bytes = ctypes.create_string_buffer(data if data is not None else b"\xee" * max(total, 1), max(total, 1))
        self.urb = Urb(type=ISO, endpoint=endpoint, flags=ASAP, buffer=ctypes.addressof(self.bytes))
        self.urb.buffer_length, self.urb.number_of_packets = total, len(lengths)
        self.lengths = lengths
        for packet, length in zip(self.urb.packets, lengths):
            packet.length, packet.actual, packet.status = length, 77, 77
        for name, value in fields.items():
            setattr(self.urb, name, value)

    def submit(self):
        self.refused = ioctl(self.fd, SUBMIT, ctypes.byref(self.urb))
        return self

    def discard(self):
        return ioctl(self.fd, DISCARD, ctypes.byref(self.urb))

    def reaped(self):
        """Whether this is what the file gives back now."""
        at = ctypes.c_void_p()
        return ioctl(self.fd, REAP, ctypes.byref(at)) == 0 and at.value == ctypes.addressof(self.urb)

    def packets(self):
        return [[p.actual, -p.status] for p in self.urb.packets[: len(self.lengths)]]

    def end(self):
        return [self.reaped(), -self.urb.status, self.urb.actual_length, self.urb.error_count, self.packets()]


def select(fd, interface, setting):
    return ioctl(fd, SET_INTERFACE, ctypes.byref((ctypes.c_uint * 2)(interface, setting)))


for name in ("iso-high", "iso-full", "iso-super"):
    command("clock %s stop" % name)
high, full, super_ = (open_device("PLAYED-ISO-" + speed) for speed in ("HIGH", "FULL", "SUPER"))
for interface in range(4):
    assert ioctl(high, CLAIM, ctypes.byref(ctypes.c_uint(interface))) == 0
    assert select(high, interface, 1) == 0

# What is refused.
refusals = {
    "no packet": Transfer(high, 0x82, [], buffer_length=0),
    "129 packets": Transfer(high, 0x82, [1] * 129),
    "98305 bytes": Transfer(high, 0x82, [98305]),
    "more than the endpoint takes": Transfer(high, 0x82, [192, 193]),
    "more than three times 1024": Transfer(high, 0x83, [3073]),
    "no memory to read": Transfer(high, 0x02, [10], buffer=8),
    "unknown flag": Transfer(high, 0x82, [10], flags=0x100),
    "no such endpoint": Transfer(high, 0x8A, [10]),
    "type bulk": Transfer(high, 0x82, [10], type=BULK),
    "type interrupt": Transfer(high, 0x82, [10], type=INTERRUPT),
    "flag of isochronous on bulk": Transfer(high, 0x82, [10], type=BULK, flags=ASAP),
}
seen["refused"] = {what: transfer.submit().refused for what, transfer in refusals.items()}
seen["nothing queued"] = endpoint_of("iso-high", 0x82)["pending"]
big = [Transfer(high, 0x83, [3072] * 128).submit() for _ in range(45)]
seen["memory"] = [b.refused for b in big].count("ENOMEM")
for transfer in big:
    transfer.discard()
    transfer.reaped()

# One microframe after the other; the same packets in each transfer.
known = Transfer(high, 0x84, [64] * 8).submit()
command("clock iso-high tick 7")
seen["early"] = known.reaped()
command("clock iso-high tick 1")
seen["known"] = known.end()
mod63 = bytes(i % 64 % 63 for i in range(64))
seen["holes are zeros"] = known.bytes.raw[64 : 64 + 64] == mod63[:10] + bytes(54)
seen["whole packet"] = known.bytes.raw[:64] == mod63
nothing = Transfer(high, 0x81, [100, 100]).submit()
command("clock iso-high tick 2")
seen["nothing came"] = [nothing.end(), nothing.bytes.raw == b"\xee" * 200]
lying = Transfer(high, 0x84, [64] * 2, buffer_length=5, start_frame=99, flags=0).submit()
command("clock iso-high tick 2")
seen["length and start are not asked for"] = lying.end()

# Out, and back.
sent = Transfer(high, 0x01, [3, 0, 256, 5], bytes(range(256)) + b"12345678").submit()
command("clock iso-high tick 4")
seen["sent"] = sent.end()
back = Transfer(high, 0x81, [256] * 5).submit()
command("clock iso-high tick 5")
seen["back"] = back.end()
raw = back.bytes.raw
seen["bytes back"] = raw[:3] + raw[512 : 512 + 256] + raw[768 : 768 + 5] == bytes(range(256)) + b"12345678"
command("clock iso-high tick 3")
late = Transfer(high, 0x01, [1], b"x").submit()
command("clock iso-high tick 1")
seen["missed"] = [late.reaped(), endpoint_of("iso-high", 0x01)["isochronous"]]

# Discarded in the middle: what was done is told, what follows moves up.
first, second = Transfer(high, 0x83, [3072] * 4).submit(), Transfer(high, 0x83, [3072] * 2).submit()
command("clock iso-high tick 2")
seen["discard"] = [first.discard(), first.end(), first.discard()]
command("clock iso-high tick 2")
seen["after discard"] = [second.end()[:3], int.from_bytes(second.bytes.raw[:4], "little")]

# An alternate setting, a reset.
pending = Transfer(high, 0x83, [100] * 3).submit()
command("clock iso-high tick 1")
seen["alternate setting"] = [select(high, 2, 1), pending.end()]
again = Transfer(high, 0x83, [3072]).submit()
command("clock iso-high tick 1")
seen["counts anew"] = [again.end()[:3], int.from_bytes(again.bytes.raw[:4], "little")]
select(high, 2, 0)
seen["not in setting 0"] = Transfer(high, 0x83, [1]).submit().refused
select(high, 3, 1)
pending = Transfer(high, 0x84, [64] * 3).submit()
command("clock iso-high tick 1")
seen["reset"] = [ioctl(high, RESET, None), pending.end()]

# Full speed: a millisecond a frame; every second frame in setting 2.
assert select(full, 0, 1) == 0
audio = Transfer(full, 0x81, [180] * 12).submit()
command("clock iso-full tick 12")
seen["audio"] = [length for length, _ in audio.end()[4]]
seen["full speed refuses"] = Transfer(full, 0x81, [181]).submit().refused
assert select(full, 0, 2) == 0
slow = Transfer(full, 0x81, [180] * 3).submit()
command("clock iso-full tick 4")
seen["every second frame"] = slow.reaped()
command("clock iso-full tick 2")
seen["six frames"] = slow.reaped()
assert select(super_, 0, 1) == 0
seen["super refuses"] = Transfer(super_, 0x81, [4097]).submit().refused
burst = Transfer(super_, 0x81, [4096]).submit()
command("clock iso-super tick 1")
seen["super"] = burst.end()

# Faults, each of one packet.
assert select(high, 1, 1) == 0 and select(high, 2, 1) == 0
for words in ("short 7 1 1", "missed 0 1 0", "error EILSEQ 1 0", "long 0 1 1"):
    command("fault iso-high 0x83 " + words)
faulty = Transfer(high, 0x83, [100, 3072, 3072, 3072, 3072, 3072]).submit()
command("clock iso-high tick 6")
seen["faults"] = faulty.end()
lines.write("fault iso-high 0x83 stall 0 1 0\n")
lines.flush()
seen["no stall"] = json.loads(lines.readline())["error"]

# Unplugged in the middle, by a fault and with others in flight.
command("fault iso-high 0x83 unplug 0 1 2")
falling, other = Transfer(high, 0x83, [3072] * 4).submit(), Transfer(high, 0x82, [192] * 4).submit()
command("clock iso-high tick 4")
ends = {"other": other.end(), "falling": falling.end()}
seen["unplug"] = [ends["falling"], ends["other"], Transfer(high, 0x83, [1]).submit().refused]
print(json.dumps(seen))
