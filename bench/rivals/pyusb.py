"""PyUSB. pyusb.py WORKLOAD PRODUCT

Its fastest way is a buffer made once and handed to every read: without one, each read makes and fills an array.
"""
import json
import statistics
import sys
import time

import usb.core
import usb.util

VENDOR = 0x1209
SOURCE = 0x84
BATCH = 500
WARM_UP_SECONDS = 0.4


def control(device):
    buffer = usb.util.create_buffer(18)
    transfer = device.ctrl_transfer

    def batch():
        for _ in range(BATCH):
            if transfer(0x80, 6, 0x0100, 0, buffer) != 18:
                raise ValueError("a short descriptor")

    return batch


def bulk(device):
    buffer = usb.util.create_buffer(512)
    read = device.read

    def batch():
        for _ in range(BATCH):
            if read(SOURCE, buffer) != 512:
                raise ValueError("a short read")

    return batch


WORKLOADS = {"control": control, "bulk": bulk}


def run(batch, seconds):
    """The microseconds of one transfer in the median batch, and how many transfers there were."""
    batches = []
    begin = start = time.perf_counter()
    while start - begin < seconds:
        batch()
        end = time.perf_counter()
        batches.append((end - start) * 1e6 / BATCH)
        start = end
    return statistics.median(batches), len(batches) * BATCH


name, product = sys.argv[1:]
device = usb.core.find(idVendor=VENDOR, idProduct=int(product))
batch = WORKLOADS[name](device)
run(batch, WARM_UP_SECONDS)
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    us, transfers = run(batch, float(line))
    print(json.dumps({"us": us, "transfers": transfers}), flush=True)
usb.util.dispose_resources(device)
