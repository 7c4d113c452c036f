#ifndef TSUSB_SYSFS_H_
#define TSUSB_SYSFS_H_

#ifdef __linux__
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#endif

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
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

// Reads a device's folder; an empty name gives nothing. Blocks for a few dozen microseconds; not for the JS
// thread.
inline SysfsDevice ReadSysfsFolder(std::string folder) {
  SysfsDevice device;
  device.folder = std::move(folder);
  if (device.folder.empty()) return device;
  device.descriptors =
      internal::ReadSysfsFile(device.folder + "/descriptors").value_or(std::vector<uint8_t>{});
  device.manufacturer = internal::ReadSysfsLine(device.folder + "/manufacturer");
  device.product = internal::ReadSysfsLine(device.folder + "/product");
  device.serial = internal::ReadSysfsLine(device.folder + "/serial");
  return device;
}

// Finds the device's folder by its ports, or by trying all of them, and reads it.
inline SysfsDevice ReadSysfs(int bus, int address, const std::vector<uint8_t>& ports) {
  return ReadSysfsFolder(internal::FindSysfsFolder(bus, address, ports));
}

// The folders of all devices by bus and address: for a library that knows no ports, once for a whole listing.
inline std::map<std::pair<int, int>, std::string> SysfsFolders() {
  std::map<std::pair<int, int>, std::string> folders;
  const std::unique_ptr<DIR, int (*)(DIR*)> list(::opendir(internal::kSysfsDevices), ::closedir);
  if (list == nullptr) return folders;
  while (const dirent* entry = ::readdir(list.get())) {
    if (entry->d_name[0] == '.' || std::strchr(entry->d_name, ':') != nullptr) continue;
    std::string folder = std::string(internal::kSysfsDevices) + entry->d_name;
    const int bus = internal::ReadSysfsNumber(folder + "/busnum");
    const int address = internal::ReadSysfsNumber(folder + "/devnum");
    folders.emplace(std::pair(bus, address), std::move(folder));
  }
  return folders;
}

// The ports from the root hub down, which are a folder's name: "1-2.3" is port 3 of a hub at port 2.
inline std::vector<uint8_t> SysfsPorts(const std::string& folder) {
  std::vector<uint8_t> ports;
  const size_t dash = folder.find('-', folder.rfind('/') + 1);
  for (size_t at = dash; at != std::string::npos; at = folder.find('.', at + 1)) {
    ports.push_back(static_cast<uint8_t>(std::atoi(folder.c_str() + at + 1)));
  }
  return ports;
}

// One of core's SPEED_* numbers, which are libusb 1.0's; 0 if the system does not know it either.
inline int SysfsSpeed(const std::string& folder) {
  static constexpr std::pair<const char*, int> kSpeeds[] = {{"1.5", 1},  {"12", 2},    {"480", 3},
                                                            {"5000", 4}, {"10000", 5}, {"20000", 6}};
  const auto line = internal::ReadSysfsLine(folder + "/speed");
  for (const auto& [megabits, speed] : kSpeeds) {
    if (line == megabits) return speed;
  }
  return 0;
}

// The active configuration's value; 0 if there is none, -1 if the device is gone.
inline int SysfsConfiguration(const std::string& folder) {
  return internal::ReadSysfsNumber(folder + "/bConfigurationValue");
}

// Tells a file from one that had the same name before: sysfs and devtmpfs use no number again. Empty if there
// is none.
inline std::string FileIdentity(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return {};
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}
#else
inline SysfsDevice ReadSysfsFolder(std::string) { return {}; }
inline SysfsDevice ReadSysfs(int, int, const std::vector<uint8_t>&) { return {}; }
inline std::map<std::pair<int, int>, std::string> SysfsFolders() { return {}; }
inline std::vector<uint8_t> SysfsPorts(const std::string&) { return {}; }
inline int SysfsSpeed(const std::string&) { return 0; }
inline int SysfsConfiguration(const std::string&) { return -1; }
inline std::string FileIdentity(const std::string&) { return {}; }
#endif

}  // namespace tsusb

#endif  // TSUSB_SYSFS_H_
