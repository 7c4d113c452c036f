"""PyUSB: one read with a timeout after the other."""
import math
import time

import usb.core
import usb.util
from solo import ENDLESS, SILENT, answer, kind, open_device

asked = int(kind)
device = open_device(ENDLESS)
buffer = usb.util.create_buffer(512)


def milliseconds(asked):
    begin = time.perf_counter()
    try:
        device.read(SILENT, buffer, asked)
    except usb.core.USBTimeoutError:
        return (time.perf_counter() - begin) * 1000
    raise ValueError("a silent endpoint answered")


# What is made once is not of a timeout.
for _ in range(5):
    milliseconds(10)
off = sorted(abs(milliseconds(asked) - asked) for _ in range(math.ceil(900 / asked)))
answer(off=off[math.ceil(len(off) * 0.99) - 1])
