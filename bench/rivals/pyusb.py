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
WARM_UP_SECONDS = 0.4
BATCH_SECONDS = 0.02
# Transfers in each batch of the warm-up, by which the batches of the measurement are made to last.
FIRST_BATCH = 64


def control(device):
    buffer = usb.util.create_buffer(18)
    transfer = device.ctrl_transfer

    def batch(transfers):
        for _ in range(transfers):
            if transfer(0x80, 6, 0x0100, 0, buffer) != 18:
                raise ValueError("a short descriptor")

    return batch


def bulk(device, size=512):
    buffer = usb.util.create_buffer(size)
    read = device.read

    def batch(transfers):
        for _ in range(transfers):
            if read(SOURCE, buffer) != size:
                raise ValueError("a short read")

    return batch


def bulk_64k(device):
    return bulk(device, 65536)


WORKLOADS = {"control": control, "bulk": bulk, "bulk-64k": bulk_64k}


def run(batch, seconds, size):
    """The microseconds of one transfer in the median batch, and how many transfers there were."""
    batches = []
    begin = start = time.perf_counter()
    while start - begin < seconds:
        batch(size)
        end = time.perf_counter()
        batches.append((end - start) * 1e6 / size)
        start = end
    return statistics.median(batches), len(batches) * size


name, product = sys.argv[1:]
if name not in WORKLOADS:
    print(json.dumps({"cannot": "has no asynchronous transfers"}))
    sys.exit()
device = usb.core.find(idVendor=VENDOR, idProduct=int(product))
batch = WORKLOADS[name](device)
warm, _ = run(batch, WARM_UP_SECONDS, FIRST_BATCH)
size = int(BATCH_SECONDS * 1e6 / warm) + 1
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    us, transfers = run(batch, float(line), size)
    print(json.dumps({"us": us, "transfers": transfers}), flush=True)
usb.util.dispose_resources(device)
