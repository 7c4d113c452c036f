"""What PyUSB itself holds its backends to, asked of the benchmark device with the PyUSB that Debian ships.

usage: pyusb_benchmark.py libusb1|libusb0

Prints one JSON object: the name of each check, and "passed" or what went wrong. A transfer kind that PyUSB's backend
does not implement counts as "not implemented".
"""

import array
import importlib
import json
import sys
import traceback

import usb.control
import usb.core
import usb.util

BACKEND = importlib.import_module("usb.backend." + sys.argv[1]).get_backend()
VENDOR, PRODUCT = 0x04D8, 0xFA2E
PAIRS = ((0x01, 0x81), (0x02, 0x82), (0x03, 0x83))
SET_BUFFER, GET_BUFFER = 0x10, 0x11
TIMEOUT = 10000


def find():
    return usb.core.find(idVendor=VENDOR, idProduct=PRODUCT, backend=BACKEND)


def messages(length):
    """The same bytes as PyUSB's tests send, in each form that they use."""
    up = list(range(length))
    return [array.array("B", up), array.array("B", reversed(up)), up, bytes(up).decode("latin1")[:length & 0x7F]]


def equal(actual, expected):
    assert actual == expected, "%r instead of %r" % (actual, expected)


def raises(kind, call, *words):
    try:
        call(*words)
    except kind as error:
        return error
    raise AssertionError("no %s" % kind.__name__)


# --- the backend, as tests/test_backend.py uses it -----------------------------------------------------------------

def backend_descriptors():
    device = [d for d in BACKEND.enumerate_devices()
              if BACKEND.get_device_descriptor(d).idVendor == VENDOR][0]
    fields = BACKEND.get_device_descriptor(device)
    equal([fields.bLength, fields.bDescriptorType, fields.bcdUSB, fields.idProduct, fields.bcdDevice], [18, 1, 0x200, PRODUCT, 1])
    equal([fields.bDeviceClass, fields.bDeviceSubClass, fields.bDeviceProtocol, fields.bMaxPacketSize0], [0, 0, 0, 8])
    equal([fields.iManufacturer, fields.iProduct, fields.iSerialNumber, fields.bNumConfigurations], [1, 2, 3, 1])
    fields = BACKEND.get_configuration_descriptor(device, 0)
    equal([fields.bLength, fields.bDescriptorType, fields.wTotalLength, fields.bNumInterfaces], [9, 2, 78, 1])
    equal([fields.bConfigurationValue, fields.iConfiguration, fields.bmAttributes, fields.bMaxPower], [1, 0, 0xC0, 50])
    for alternate, (out, into) in enumerate(PAIRS):
        fields = BACKEND.get_interface_descriptor(device, 0, alternate, 0)
        equal([fields.bInterfaceNumber, fields.bAlternateSetting, fields.bNumEndpoints], [0, alternate, 2])
        equal([fields.bInterfaceClass, fields.bInterfaceSubClass, fields.bInterfaceProtocol], [0, 0, 0])
        ends = [BACKEND.get_endpoint_descriptor(device, n, 0, alternate, 0) for n in range(2)]
        equal([end.bEndpointAddress for end in ends], [out, into])
        equal([end.bmAttributes & 3 for end in ends], [(2, 3, 1)[alternate]] * 2)


def backend_transfers():
    device = [d for d in BACKEND.enumerate_devices()
              if BACKEND.get_device_descriptor(d).idVendor == VENDOR][0]
    handle = BACKEND.open_device(device)
    try:
        BACKEND.set_configuration(handle, 1)
        BACKEND.claim_interface(handle, 0)
        kinds = ((BACKEND.bulk_write, BACKEND.bulk_read), (BACKEND.intr_write, BACKEND.intr_read), (BACKEND.iso_write, BACKEND.iso_read))
        for alternate, ((write, read), (out, into)) in enumerate(zip(kinds, PAIRS)):
            BACKEND.set_interface_altsetting(handle, 0, alternate)
            if alternate < 2:
                BACKEND.clear_halt(handle, out)
                BACKEND.clear_halt(handle, into)
            for sent in messages(64)[:2]:
                try:
                    equal(write(handle, out, 0, sent, TIMEOUT), 64)
                    taken = array.array("B", bytes(64))
                    equal(read(handle, into, 0, taken, TIMEOUT), 64)
                except NotImplementedError:
                    equal(alternate, 2)
                    continue
                equal(taken, sent)
        for sent in messages(64)[:2]:
            equal(BACKEND.ctrl_transfer(handle, 0x40, SET_BUFFER, 0, 0, sent, TIMEOUT), 64)
            taken = array.array("B", bytes(64))
            equal(BACKEND.ctrl_transfer(handle, 0xC0, GET_BUFFER, 0, 0, taken, TIMEOUT), 64)
            equal(taken, sent)
        BACKEND.release_interface(handle, 0)
    finally:
        BACKEND.close_device(handle)


# --- usb.control, as tests/test_control.py uses it ------------------------------------------------------------------

def control_configuration(device):
    usb.control.set_configuration(device, 1)
    equal(usb.control.get_configuration(device), 1)


def control_status(device):
    interface = device[0][0, 0]
    equal(usb.control.get_status(device), 1)
    equal(usb.control.get_status(device, interface), 0)
    equal([usb.control.get_status(device, end) for end in interface], [0, 0])
    raises(ValueError, usb.control.get_status, device, 0)


def control_descriptors(device):
    bytes_ = usb.control.get_descriptor(device, 18, usb.util.DESC_TYPE_DEVICE, 0)
    equal(bytes(bytes_[8:12]), bytes([VENDOR & 0xFF, VENDOR >> 8, PRODUCT & 0xFF, PRODUCT >> 8]))
    equal(len(usb.control.get_descriptor(device, 78, usb.util.DESC_TYPE_CONFIG, 0)), 78)


def control_interface(device):
    for alternate in (2, 1, 0):
        usb.control.set_interface(device, 0, alternate)
        equal(usb.control.get_interface(device, 0), alternate)


def control_halt(device):
    end = device[0][0, 0][0]
    usb.control.set_feature(device, usb.control.ENDPOINT_HALT, end)
    equal(usb.control.get_status(device, end), 1)
    usb.control.clear_feature(device, usb.control.ENDPOINT_HALT, end)
    equal(usb.control.get_status(device, end), 0)


def control_strings(device):
    equal([usb.util.get_string(device, n) for n in (1, 2)], ["Travis Robinson", "Benchmark Device"])


# --- usb.core, as tests/test_integration.py uses it -----------------------------------------------------------------

def device_strings(device):
    equal((device.manufacturer, device.product, device.serial_number), ("Travis Robinson", "Benchmark Device", "BM001"))
    equal(device.langids, (0x0409,))


def device_timeout(device):
    device.default_timeout = 50
    equal(device.default_timeout, 50)
    raises(ValueError, setattr, device, "default_timeout", -1)
    equal(device.default_timeout, 50)
    device.set_interface_altsetting(0, 0)
    # Nothing was written, so nothing comes.
    raises(usb.core.USBError, device.read, 0x81, 64)


def device_configuration(device):
    for value in ((), (1,), (device[0],)):
        usb.util.dispose_resources(device)
        device.set_configuration(*value)
        equal(device.get_active_configuration().bConfigurationValue, 1)
    raises(ValueError, device.set_configuration, 9)


def device_altsetting(device):
    for words in ((0, 2), (0, 1), (device[0][0, 2],), (None, 0), ()):
        device.set_interface_altsetting(*words)
    raises(ValueError, device.set_interface_altsetting, 0, 3)


def loopback(alternate):
    def check(device):
        out, into = PAIRS[alternate]
        interface = device[0][0, alternate]
        interface.set_altsetting()
        ends = tuple(interface)
        for sent in messages(64):
            expected = array.array("B", sent.encode() if isinstance(sent, str) else sent)
            equal(device.write(out, sent, TIMEOUT), len(expected))
            equal(device.read(into, len(expected), TIMEOUT), expected)
            equal(ends[0].write(sent, TIMEOUT), len(expected))
            taken = array.array("B", bytes(len(expected)))
            equal(ends[1].read(taken, TIMEOUT), len(expected))
            equal(taken, expected)
        if alternate < 2:
            device.clear_halt(out)
            device.clear_halt(ends[1])
    return check


def device_control(device):
    for sent in messages(64):
        expected = array.array("B", sent.encode() if isinstance(sent, str) else sent)
        equal(device.ctrl_transfer(0x40, SET_BUFFER, 0, 0, sent), len(expected))
        equal(device.ctrl_transfer(0xC0, GET_BUFFER, 0, 0, len(expected)), expected)
        taken = array.array("B", bytes(len(expected)))
        equal(device.ctrl_transfer(0xC0, GET_BUFFER, 0, 0, taken), len(expected))
        equal(taken, expected)
    equal(raises(usb.core.USBError, device.ctrl_transfer, 0xC0, 0x77, 0, 0, 1).errno in (32, None), True)


def device_reset(device):
    device.reset()
    equal(device.ctrl_transfer(0x80, 8, 0, 0, 1).tolist(), [1])


CHECKS = {
    "backend: descriptors": backend_descriptors,
    "backend: transfers": backend_transfers,
    "control: configuration": control_configuration,
    "control: status": control_status,
    "control: descriptors": control_descriptors,
    "control: interface": control_interface,
    "control: halt": control_halt,
    "control: strings": control_strings,
    "device: strings": device_strings,
    "device: timeout": device_timeout,
    "device: configuration": device_configuration,
    "device: alternate settings": device_altsetting,
    "device: bulk loopback": loopback(0),
    "device: interrupt loopback": loopback(1),
    "device: isochronous loopback": loopback(2),
    "device: control": device_control,
    "device: reset": device_reset,
}


def run(check):
    device = None
    try:
        if check.__code__.co_argcount == 0:
            check()
        else:
            device = find()
            device.default_timeout = TIMEOUT
            device.set_configuration()
            check(device)
        return "passed"
    except NotImplementedError as error:
        return "not implemented: %s" % error
    except Exception:
        return traceback.format_exc(limit=-2)
    finally:
        if device is not None:
            usb.util.dispose_resources(device)


print(json.dumps({name: run(check) for name, check in CHECKS.items()}))
