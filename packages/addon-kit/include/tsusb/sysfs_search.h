#ifndef TSUSB_SYSFS_SEARCH_H_
#define TSUSB_SYSFS_SEARCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tsusb/sysfs.h"

namespace tsusb {

// Where Linux has a device.
struct SysfsPlace {
  std::string folder;
  int bus = 0;
  int address = 0;
};

#ifdef __linux__
// The devices whose own descriptors are these bytes, for a library that does not tell where its devices are.
// Two of a kind are two. Blocks for some hundred microseconds; not for the JS thread.
inline std::vector<SysfsPlace> FindSysfsByDescriptors(const std::vector<uint8_t>& descriptors) {
  std::vector<SysfsPlace> places;
  const std::unique_ptr<DIR, int (*)(DIR*)> list(::opendir(internal::kSysfsDevices), ::closedir);
  if (list == nullptr || descriptors.empty()) return places;
  while (const dirent* entry = ::readdir(list.get())) {
    // Interfaces have a colon in their name.
    if (entry->d_name[0] == '.' || std::strchr(entry->d_name, ':') != nullptr) continue;
    const std::string folder = std::string(internal::kSysfsDevices) + entry->d_name;
    if (internal::ReadSysfsFile(folder + "/descriptors") != descriptors) continue;
    places.push_back({folder, internal::ReadSysfsNumber(folder + "/busnum"),
                      internal::ReadSysfsNumber(folder + "/devnum")});
  }
  return places;
}

// Whether a driver holds an interface: one of the kernel's, or usbfs for some program. False if that cannot
// be told. `folder` is the device's.
inline bool HasSysfsDriver(const std::string& folder, int configuration, int interface_number) {
  if (folder.empty()) return false;
  const std::string link =
      folder + ":" + std::to_string(configuration) + "." + std::to_string(interface_number) + "/driver";
  return ::access(link.c_str(), F_OK) == 0;
}

// As HasSysfsDriver(), of any interface of the device.
inline bool HasAnySysfsDriver(const std::string& folder) {
  if (folder.empty()) return false;
  const std::unique_ptr<DIR, int (*)(DIR*)> list(::opendir(internal::kSysfsDevices), ::closedir);
  if (list == nullptr) return false;
  const std::string prefix = folder.substr(folder.rfind('/') + 1) + ":";
  while (const dirent* entry = ::readdir(list.get())) {
    if (std::strncmp(entry->d_name, prefix.c_str(), prefix.size()) != 0) continue;
    const std::string link = std::string(internal::kSysfsDevices) + entry->d_name + "/driver";
    if (::access(link.c_str(), F_OK) == 0) return true;
  }
  return false;
}
#else
inline std::vector<SysfsPlace> FindSysfsByDescriptors(const std::vector<uint8_t>&) { return {}; }
inline bool HasSysfsDriver(const std::string&, int, int) { return false; }
inline bool HasAnySysfsDriver(const std::string&) { return false; }
#endif

}  // namespace tsusb

#endif  // TSUSB_SYSFS_SEARCH_H_
