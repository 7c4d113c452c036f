#include "sysfs.h"

#ifdef __linux__
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#endif

namespace tsusb::libusb1 {

#ifdef __linux__
namespace {

constexpr const char* kDevices = "/sys/bus/usb/devices/";
// Linux reads at most 8 configurations of 64 KiB (drivers/usb/core/config.c); this only bounds a fault.
constexpr size_t kMostBytes = 1 << 20;

std::optional<std::vector<uint8_t>> ReadFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::vector<uint8_t> bytes;
  uint8_t block[4096];
  while (bytes.size() < kMostBytes) {
    const ssize_t count = ::read(file, block, sizeof(block));
    if (count <= 0) break;
    bytes.insert(bytes.end(), block, block + count);
  }
  ::close(file);
  return bytes;
}

std::optional<std::string> ReadLine(const std::string& path) {
  const auto bytes = ReadFile(path);
  if (!bytes) return std::nullopt;
  std::string line(bytes->begin(), bytes->end());
  if (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

int ReadNumber(const std::string& path) {
  const auto line = ReadLine(path);
  return line ? std::atoi(line->c_str()) : -1;
}

bool IsDevice(const std::string& folder, int bus, int address) {
  return ReadNumber(folder + "/busnum") == bus && ReadNumber(folder + "/devnum") == address;
}

std::string FindFolder(int bus, int address, const std::vector<uint8_t>& ports) {
  std::string folder = kDevices;
  if (ports.empty()) {
    folder += "usb" + std::to_string(bus);
  } else {
    folder += std::to_string(bus) + "-" + std::to_string(ports[0]);
    for (size_t i = 1; i < ports.size(); ++i) folder += "." + std::to_string(ports[i]);
  }
  if (IsDevice(folder, bus, address)) return folder;

  const std::unique_ptr<DIR, int (*)(DIR*)> list(::opendir(kDevices), ::closedir);
  if (list == nullptr) return {};
  while (const dirent* entry = ::readdir(list.get())) {
    // Interfaces have a colon in their name.
    if (entry->d_name[0] == '.' || std::strchr(entry->d_name, ':') != nullptr) continue;
    folder = std::string(kDevices) + entry->d_name;
    if (IsDevice(folder, bus, address)) return folder;
  }
  return {};
}

}  // namespace

SysfsDevice ReadSysfs(int bus, int address, const std::vector<uint8_t>& ports) {
  SysfsDevice device;
  device.folder = FindFolder(bus, address, ports);
  if (device.folder.empty()) return device;
  device.descriptors = ReadFile(device.folder + "/descriptors").value_or(std::vector<uint8_t>{});
  device.manufacturer = ReadLine(device.folder + "/manufacturer");
  device.product = ReadLine(device.folder + "/product");
  device.serial = ReadLine(device.folder + "/serial");
  return device;
}
#else
SysfsDevice ReadSysfs(int, int, const std::vector<uint8_t>&) { return {}; }
#endif

}  // namespace tsusb::libusb1
