"""PyUSB: one read with a timeout after the other."""
import math
import time

import usb.core
import usb.util
from solo import ENDLESS, SILENT, answer, kind, open_device

asked = int(kind)
device = open_device(ENDLESS)
buffer = usb.util.create_buffer(512)
off = []
for _ in range(math.ceil(900 / asked)):
    begin = time.perf_counter()
    try:
        device.read(SILENT, buffer, asked)
    except usb.core.USBTimeoutError:
        off.append(abs((time.perf_counter() - begin) * 1000 - asked))
    else:
        raise ValueError("a silent endpoint answered")
answer(off=sorted(off)[math.ceil(len(off) * 0.99) - 1])
