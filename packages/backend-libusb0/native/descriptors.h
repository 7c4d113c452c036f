#ifndef TSUSB_LIBUSB0_DESCRIPTORS_H_
#define TSUSB_LIBUSB0_DESCRIPTORS_H_

#include <cstdint>
#include <vector>

#include "abi.h"

namespace tsusb::libusb0 {

// The bytes of a device descriptor, put together from libusb's struct.
std::vector<uint8_t> DeviceDescriptorBytes(const abi::usb_device_descriptor& descriptor);

// The bytes of a configuration with everything in it, put together from libusb's structs, every extra byte in
// its place. Counts that no device can have end it early: the structs may be another library's than we think.
std::vector<uint8_t> ConfigurationBytes(const abi::natural::usb_config_descriptor& configuration);
std::vector<uint8_t> ConfigurationBytes(const abi::packed::usb_config_descriptor& configuration);

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_DESCRIPTORS_H_
