"""PyUSB: a thread reads into a buffer made once, while the program's own is busy. It has nothing that would go on by itself."""
import os
import sys
import threading
import time

import usb.util
from solo import LINE, SOURCE, answer, kind, open_device, seconds

BUSY = 0.05
# Bytes that the device's line moves in a second.
LINE_BYTES = 40e6
RUN_UP = 4

device = open_device(LINE)
buffer = usb.util.create_buffer(int(kind) * 1024)
total = 0


def read():
    global total
    while True:
        total += device.read(SOURCE, buffer)


threading.Thread(target=read, daemon=True).start()
turn = 0
while True:
    now = time.perf_counter()
    if turn == RUN_UP:
        begin, before = now, total
    elif turn > RUN_UP and now - begin >= seconds:
        break
    while time.perf_counter() - now < BUSY:
        pass
    time.sleep(BUSY)
    turn += 1
answer(share=100 * (total - before) / (LINE_BYTES * (now - begin)))
sys.stdout.flush()
# At its end Python would close libusb while the thread is in it, which crashes.
os._exit(0)
