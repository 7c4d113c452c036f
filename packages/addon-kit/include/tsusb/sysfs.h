#ifndef TSUSB_SYSFS_H_
#define TSUSB_SYSFS_H_

#ifdef __linux__
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#endif

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tsusb {

// What Linux keeps about a USB device in sysfs, where no device is asked. Everything is empty on other
// systems.
struct SysfsDevice {
  std::string folder;
  // The device descriptor and every configuration, as the device sent them.
  std::vector<uint8_t> descriptors;
  std::optional<std::string> manufacturer;
  std::optional<std::string> product;
  std::optional<std::string> serial;
};

#ifdef __linux__
namespace internal {

inline constexpr const char* kSysfsDevices = "/sys/bus/usb/devices/";
// Linux reads at most 8 configurations of 64 KiB (drivers/usb/core/config.c); this only bounds a fault.
inline constexpr size_t kMostSysfsBytes = 1 << 20;

inline std::optional<std::vector<uint8_t>> ReadSysfsFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::vector<uint8_t> bytes;
  uint8_t block[4096];
  while (bytes.size() < kMostSysfsBytes) {
    const ssize_t count = ::read(file, block, sizeof(block));
    if (count <= 0) break;
    bytes.insert(bytes.end(), block, block + count);
  }
  ::close(file);
  return bytes;
}

inline std::optional<std::string> ReadSysfsLine(const std::string& path) {
  const auto bytes = ReadSysfsFile(path);
  if (!bytes) return std::nullopt;
  std::string line(bytes->begin(), bytes->end());
  if (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

inline int ReadSysfsNumber(const std::string& path) {
  const auto line = ReadSysfsLine(path);
  return line ? std::atoi(line->c_str()) : -1;
}

inline bool IsSysfsDevice(const std::string& folder, int bus, int address) {
  return ReadSysfsNumber(folder + "/busnum") == bus && ReadSysfsNumber(folder + "/devnum") == address;
}

inline std::string FindSysfsFolder(int bus, int address, const std::vector<uint8_t>& ports) {
  std::string folder = kSysfsDevices;
  if (ports.empty()) {
    folder += "usb" + std::to_string(bus);
  } else {
    folder += std::to_string(bus) + "-" + std::to_string(ports[0]);
    for (size_t i = 1; i < ports.size(); ++i) folder += "." + std::to_string(ports[i]);
  }
  if (IsSysfsDevice(folder, bus, address)) return folder;

  const std::unique_ptr<DIR, int (*)(DIR*)> list(::opendir(kSysfsDevices), ::closedir);
  if (list == nullptr) return {};
  while (const dirent* entry = ::readdir(list.get())) {
    // Interfaces have a colon in their name.
    if (entry->d_name[0] == '.' || std::strchr(entry->d_name, ':') != nullptr) continue;
    folder = std::string(kSysfsDevices) + entry->d_name;
    if (IsSysfsDevice(folder, bus, address)) return folder;
  }
  return {};
}

}  // namespace internal

// Finds the device's folder by its ports, or by trying all of them, and reads it. Blocks for a few dozen
// microseconds; not for the JS thread.
inline SysfsDevice ReadSysfs(int bus, int address, const std::vector<uint8_t>& ports) {
  SysfsDevice device;
  device.folder = internal::FindSysfsFolder(bus, address, ports);
  if (device.folder.empty()) return device;
  device.descriptors =
      internal::ReadSysfsFile(device.folder + "/descriptors").value_or(std::vector<uint8_t>{});
  device.manufacturer = internal::ReadSysfsLine(device.folder + "/manufacturer");
  device.product = internal::ReadSysfsLine(device.folder + "/product");
  device.serial = internal::ReadSysfsLine(device.folder + "/serial");
  return device;
}
#else
inline SysfsDevice ReadSysfs(int, int, const std::vector<uint8_t>&) { return {}; }
#endif

}  // namespace tsusb

#endif  // TSUSB_SYSFS_H_
