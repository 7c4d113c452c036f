"""Prints devices with PyUSB: reads [{device, configurations, strings, langids, bus, address, speed}] as JSON on stdin,
bytes in hex, and writes [{"print": str(device), "parts": [[repr, str], ...]}] as JSON on stdout. The parts are every
configuration, interface and endpoint, in the order PyUSB iterates over them."""

import json
import sys

import usb.backend
import usb.core


class Fields(object):
    pass


def record(data, size, layout):
    result = Fields()
    offset = 0
    for name in layout.split():
        width = 2 if name.startswith(("w", "bcd", "idVendor", "idProduct")) else 1
        setattr(result, name, int.from_bytes(data[offset:offset + width], "little"))
        offset += width
    assert offset == size, (layout, offset)
    result.extra_descriptors = []
    return result


DEVICE = ("bLength bDescriptorType bcdUSB bDeviceClass bDeviceSubClass bDeviceProtocol bMaxPacketSize0 idVendor idProduct "
          "bcdDevice iManufacturer iProduct iSerialNumber bNumConfigurations")
CONFIGURATION = "bLength bDescriptorType wTotalLength bNumInterfaces bConfigurationValue iConfiguration bmAttributes bMaxPower"
INTERFACE = ("bLength bDescriptorType bInterfaceNumber bAlternateSetting bNumEndpoints bInterfaceClass bInterfaceSubClass "
             "bInterfaceProtocol iInterface")
ENDPOINT = "bLength bDescriptorType bEndpointAddress bmAttributes wMaxPacketSize bInterval"


class Tree(object):
    """One configuration as libusb hands it to PyUSB: interfaces, their alternate settings, their endpoints."""

    def __init__(self, data):
        self.fields = record(data, 9, CONFIGURATION)
        self.interfaces = []
        offset = 9
        while offset < len(data):
            if data[offset + 1] == 4:
                setting = record(data[offset:], 9, INTERFACE)
                if not self.interfaces or self.interfaces[-1][0][0].bInterfaceNumber != setting.bInterfaceNumber:
                    self.interfaces.append([])
                self.interfaces[-1].append((setting, []))
            elif data[offset + 1] == 5:
                endpoint = record(data[offset:], 7, ENDPOINT)
                endpoint.bRefresh, endpoint.bSynchAddress = data[offset + 7:offset + 9] if data[offset] == 9 else (0, 0)
                self.interfaces[-1][-1][1].append(endpoint)
            offset += data[offset]


class Backend(usb.backend.IBackend):
    def __init__(self, samples):
        self.samples = samples

    def enumerate_devices(self):
        return iter(self.samples)

    def get_device_descriptor(self, dev):
        result = record(bytes.fromhex(dev["device"]), 18, DEVICE)
        result.bus, result.address, result.speed = dev["bus"], dev["address"], dev["speed"]
        result.port_number = result.port_numbers = None
        return result

    def tree(self, dev, config):
        return Tree(bytes.fromhex(dev["configurations"][config]))

    def get_configuration_descriptor(self, dev, config):
        return self.tree(dev, config).fields

    def get_interface_descriptor(self, dev, intf, alt, config):
        return self.tree(dev, config).interfaces[intf][alt][0]

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        return self.tree(dev, config).interfaces[intf][alt][1][ep]

    def open_device(self, dev):
        return dev

    def close_device(self, dev_handle):
        pass

    def ctrl_transfer(self, dev_handle, bmRequestType, bRequest, wValue, wIndex, data, timeout):
        assert (bmRequestType, bRequest, wValue >> 8) == (0x80, 6, 3), "only strings are asked for"
        answer = self.string(dev_handle, wValue & 0xFF, wIndex)
        if answer is None:
            raise usb.core.USBError("Pipe error", -9, 32)
        answer = answer[:len(data)]
        for at, byte in enumerate(answer):
            data[at] = byte
        return len(answer)

    def string(self, dev, index, langid):
        if not dev["langids"]:
            return None
        if index == 0:
            body = b"".join(each.to_bytes(2, "little") for each in dev["langids"])
        elif dev["strings"].get(str(index)) is None or langid not in dev["langids"]:
            return None
        else:
            body = dev["strings"][str(index)].encode("utf-16-le")
        return bytes([len(body) + 2, 3]) + body


def parts(device):
    for configuration in device:
        yield configuration
        for interface in configuration:
            yield interface
            for endpoint in interface:
                yield endpoint


backend = Backend(json.load(sys.stdin))
devices = list(usb.core.find(find_all=True, backend=backend))
json.dump({
    "devices": [
        {"print": str(each), "repr": repr(each), "parts": [[repr(part), str(part)] for part in parts(each)]}
        for each in devices
    ],
    "listing": str(usb.core.show_devices(backend=backend)),
    "verbose": str(usb.core.show_devices(verbose=True, backend=backend)),
}, sys.stdout)
