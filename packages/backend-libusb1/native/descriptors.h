#ifndef TSUSB_LIBUSB1_DESCRIPTORS_H_
#define TSUSB_LIBUSB1_DESCRIPTORS_H_

#include <cstdint>
#include <vector>

#include "abi.h"

namespace tsusb::libusb1 {

// The 18 bytes that a device sent, out of libusb's struct, whose numbers are in the host's byte order.
std::vector<uint8_t> DeviceDescriptorBytes(const abi::libusb_device_descriptor& descriptor);

// A configuration as the device sent it, put together from libusb's structs with every `extra` byte in its
// place. Only what libusb dropped (descriptors that it found malformed) is missing. Free of Node-API, so
// that it can be fuzzed.
std::vector<uint8_t> ConfigurationBytes(const abi::libusb_config_descriptor& configuration);

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_DESCRIPTORS_H_
