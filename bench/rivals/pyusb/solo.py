"""What the programs in Python have in common that run alone (see lib/solo/rows.mjs): PROGRAM KIND SECONDS."""
import json
import sys

import usb.core
import usb.util

# Of the devices: see lib/solo/devices.mjs.
VENDOR = 0x1209
ENDLESS = 0x0200
LINE = 0x0201
SOURCE = 0x81
SILENT = 0x83

kind = sys.argv[1]
seconds = float(sys.argv[2])


def open_device(product):
    device = usb.core.find(idVendor=VENDOR, idProduct=product)
    usb.util.claim_interface(device, 0)
    return device


def answer(**values):
    print(json.dumps({"values": values}))
