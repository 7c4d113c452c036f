#include "device.h"

#include <utility>

#include "tsusb/sysfs_search.h"

namespace tsusb::openusb {
namespace {

// USB 2.0 §9.6.1: bytes of a device descriptor, of which the last one counts the configurations.
constexpr size_t kDeviceDescriptorSize = 18;

// One raw descriptor; empty if the library has none. It asks the system and not the device.
std::vector<uint8_t> RawDescriptor(const Library& library, abi::openusb_handle_t handle,
                                   abi::openusb_devid_t devid, uint8_t type, uint8_t index) {
  uint8_t* bytes = nullptr;
  uint16_t length = 0;
  const int32_t status = library.get_raw_desc(handle, devid, type, index, 0, &bytes, &length);
  if (bytes == nullptr) return {};
  std::vector<uint8_t> copy;
  if (status == abi::OPENUSB_SUCCESS) copy.assign(bytes, bytes + length);
  library.free_raw_desc(bytes);
  return copy;
}

}  // namespace

Device DescribeDevice(const Library& library, abi::openusb_handle_t handle, abi::openusb_devid_t devid,
                      uint32_t id) {
  Device device;
  device.id = id;
  device.devid = devid;
  device.raw = RawDescriptor(library, handle, devid, abi::USB_DESC_TYPE_DEVICE, 0);
  if (device.raw.size() != kDeviceDescriptorSize) return device;
  const uint8_t configurations = device.raw.back();
  for (uint8_t index = 0; index < configurations; ++index) {
    const auto bytes = RawDescriptor(library, handle, devid, abi::USB_DESC_TYPE_CONFIG, index);
    if (bytes.empty()) break;
    device.raw.insert(device.raw.end(), bytes.begin(), bytes.end());
  }
  const std::vector<SysfsPlace> places = FindSysfsByDescriptors(device.raw);
  // Of two alike, neither can be told from the other.
  if (places.size() != 1) return device;
  device.sysfs = places[0].folder;
  device.bus = places[0].bus;
  device.address = places[0].address;
  return device;
}

std::shared_ptr<const Device> DeviceTable::Find(int64_t id) const {
  std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [devid, device] : devices_) {
    if (device->id == id) return device;
  }
  return nullptr;
}

std::shared_ptr<const Device> DeviceTable::Known(abi::openusb_devid_t devid) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = devices_.find(devid);
  return found == devices_.end() ? nullptr : found->second;
}

std::shared_ptr<const Device> DeviceTable::Add(Device device) {
  std::lock_guard<std::mutex> lock(mutex_);
  const abi::openusb_devid_t devid = device.devid;
  return devices_.emplace(devid, std::make_shared<const Device>(std::move(device))).first->second;
}

uint32_t DeviceTable::NextId() {
  std::lock_guard<std::mutex> lock(mutex_);
  return ++last_id_;
}

std::shared_ptr<const Device> DeviceTable::Remove(abi::openusb_devid_t devid) {
  std::lock_guard<std::mutex> lock(mutex_);
  gone_.insert(devid);
  const auto found = devices_.find(devid);
  if (found == devices_.end()) return nullptr;
  auto removed = std::move(found->second);
  devices_.erase(found);
  return removed;
}

std::vector<std::shared_ptr<const Device>> DeviceTable::RemoveAllBut(
    const std::vector<abi::openusb_devid_t>& present) {
  const std::unordered_set<abi::openusb_devid_t> kept(present.begin(), present.end());
  std::vector<std::shared_ptr<const Device>> removed;
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto entry = devices_.begin(); entry != devices_.end();) {
    if (kept.count(entry->first) != 0) {
      ++entry;
      continue;
    }
    gone_.insert(entry->first);
    removed.push_back(std::move(entry->second));
    entry = devices_.erase(entry);
  }
  return removed;
}

bool DeviceTable::IsGone(abi::openusb_devid_t devid) const {
  std::lock_guard<std::mutex> lock(mutex_);
  return gone_.count(devid) != 0;
}

}  // namespace tsusb::openusb
