#ifndef TSUSB_LIBUSB1_SYSFS_H_
#define TSUSB_LIBUSB1_SYSFS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tsusb::libusb1 {

// What Linux keeps about a device in sysfs, where no device is asked. Everything is empty on other systems.
struct SysfsDevice {
  std::string folder;
  // The device descriptor and every configuration, as the device sent them.
  std::vector<uint8_t> descriptors;
  std::optional<std::string> manufacturer;
  std::optional<std::string> product;
  std::optional<std::string> serial;
};

// Finds the device's folder by its ports, or by trying all of them, and reads it. Blocks for a few dozen
// microseconds; not for the JS thread.
SysfsDevice ReadSysfs(int bus, int address, const std::vector<uint8_t>& ports);

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_SYSFS_H_
