"""Prints what libusb's hotplug callback and its device list say while the bus unplugs and replugs `zero`."""

import ctypes
import json
import os
import socket

CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
ARRIVED, LEFT, ANY = 1, 2, -1

usb = ctypes.CDLL("libusb-1.0.so.0")
usb.libusb_get_device_list.restype = ctypes.c_ssize_t
usb.libusb_get_device_address.argtypes = [ctypes.c_void_p]
for name in ("libusb_get_device_list", "libusb_free_device_list", "libusb_handle_events_timeout_completed"):
    getattr(usb, name).argtypes = [ctypes.c_void_p, ctypes.c_void_p] + ([ctypes.c_void_p] if "events" in name else [])
usb.libusb_free_device_list.argtypes = [ctypes.c_void_p, ctypes.c_int]

context = ctypes.c_void_p()
assert usb.libusb_init(ctypes.byref(context)) == 0
events = []


@CALLBACK
def happened(_context, device, event, _user):
    events.append(["arrived" if event == ARRIVED else "left", usb.libusb_get_device_address(device)])
    return 0


usb.libusb_hotplug_register_callback.argtypes = [ctypes.c_void_p] + [ctypes.c_int] * 5 + [CALLBACK, ctypes.c_void_p, ctypes.c_void_p]
assert usb.libusb_hotplug_register_callback(context, ARRIVED | LEFT, 0, 0x1209, 1, ANY, happened, None, None) == 0


def count():
    devices = ctypes.c_void_p()
    n = usb.libusb_get_device_list(context, ctypes.byref(devices))
    usb.libusb_free_device_list(devices, 1)
    return n


def wait(n):
    """Handles events until there are n, for two seconds at most."""
    for _ in range(20):
        if len(events) >= n:
            return
        usb.libusb_handle_events_timeout_completed(context, ctypes.byref((ctypes.c_long * 2)(0, 100000)), None)


bus = socket.socket(socket.AF_UNIX)
bus.connect(os.environ["TSUSB_BUS_SOCKET"])
lines = bus.makefile("rw")


def command(text):
    lines.write(text + "\n")
    lines.flush()
    assert json.loads(lines.readline())["ok"], text


counts = [count()]
command("unplug zero")
wait(1)
counts.append(count())
command("replug zero")
wait(2)
counts.append(count())
print(json.dumps({"events": events, "counts": counts}))
