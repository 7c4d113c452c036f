#include "device.h"

#include <cstring>
#include <utility>

#include "descriptors.h"
#include "tsusb/sysfs.h"

namespace tsusb::libusb1 {
namespace {

// USB 2.0 §4.1.1: seven tiers, of which five are hubs between root and device (libusb.h: "max depth is 7").
constexpr int kMostPorts = 7;
// libusb.h 1.0.30, LIBUSB_DEVICE_STRING_BYTES_MAX.
constexpr int kMostStringBytes = 384;

std::optional<std::string> LibraryString(const Library& library, abi::libusb_device* device, int which) {
  if (library.get_device_string == nullptr) return std::nullopt;
  char text[kMostStringBytes + 1] = {};
  if (library.get_device_string(device, which, text, kMostStringBytes) < 0 || text[0] == '\0') {
    return std::nullopt;
  }
  return std::string(text, strnlen(text, kMostStringBytes));
}

}  // namespace

Device::Device(std::shared_ptr<const Library> library, abi::libusb_device* device, uint32_t id)
    : library_(std::move(library)), device_(library_->ref_device(device)), id_(id) {}

Device::~Device() { Release(); }

void Device::Release() {
  if (abi::libusb_device* const device = device_.exchange(nullptr)) library_->unref_device(device);
}

DeviceRecord DescribeDevice(const Library& library, const Device& device) {
  DeviceRecord record;
  abi::libusb_device* const pointer = device.get();
  record.id = device.id();
  record.bus = library.get_bus_number(pointer);
  record.address = library.get_device_address(pointer);
  record.speed = library.get_device_speed(pointer);
  if (library.get_port_numbers != nullptr) {
    uint8_t ports[kMostPorts];
    const int count = library.get_port_numbers(pointer, ports, kMostPorts);
    if (count >= 0) record.ports.emplace(ports, ports + count);
  }
  abi::libusb_device_descriptor descriptor{};
  if (library.get_device_descriptor(pointer, &descriptor) == abi::LIBUSB_SUCCESS) {
    record.device_descriptor = DeviceDescriptorBytes(descriptor);
  }
  SysfsDevice sysfs = ReadSysfs(record.bus, record.address, record.ports.value_or(std::vector<uint8_t>{}));
  record.raw = std::move(sysfs.descriptors);
  record.sysfs = std::move(sysfs.folder);
  if (!record.sysfs.empty()) {
    record.manufacturer = std::move(sysfs.manufacturer);
    record.product = std::move(sysfs.product);
    record.serial = std::move(sysfs.serial);
  } else {
    record.manufacturer = LibraryString(library, pointer, abi::LIBUSB_DEVICE_STRING_MANUFACTURER);
    record.product = LibraryString(library, pointer, abi::LIBUSB_DEVICE_STRING_PRODUCT);
    record.serial = LibraryString(library, pointer, abi::LIBUSB_DEVICE_STRING_SERIAL_NUMBER);
  }
  return record;
}

std::shared_ptr<Device> DeviceTable::Hold(abi::libusb_device* device) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::weak_ptr<Device>& entry = held_[device];
  auto held = entry.lock();
  if (held == nullptr) {
    held = std::make_shared<Device>(library_, device, ++last_id_);
    entry = held;
  }
  return held;
}

std::shared_ptr<Device> DeviceTable::List(abi::libusb_device* device, bool* added) {
  auto held = Hold(device);
  std::lock_guard<std::mutex> lock(mutex_);
  *added = listed_.emplace(held->id(), held).second;
  return held;
}

std::shared_ptr<Device> DeviceTable::Find(int64_t id) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = listed_.find(static_cast<uint32_t>(id));
  return found == listed_.end() ? nullptr : found->second;
}

bool DeviceTable::Unlist(const Device& device) {
  std::shared_ptr<Device> released;  // Outlives the lock.
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = listed_.find(device.id());
  if (found == listed_.end()) return false;
  released = std::move(found->second);
  listed_.erase(found);
  return true;
}

std::vector<uint32_t> DeviceTable::UnlistAllBut(const std::vector<std::shared_ptr<Device>>& present) {
  std::vector<uint32_t> removed;
  std::unordered_map<uint32_t, std::shared_ptr<Device>> listed;  // Outlives the lock.
  for (const auto& device : present) listed.emplace(device->id(), device);
  std::lock_guard<std::mutex> lock(mutex_);
  listed_.swap(listed);
  for (const auto& [id, device] : listed) {
    if (listed_.count(id) == 0) removed.push_back(id);
  }
  for (auto entry = held_.begin(); entry != held_.end();) {
    entry = entry->second.expired() ? held_.erase(entry) : std::next(entry);
  }
  return removed;
}

void DeviceTable::ReleaseAll() {
  std::vector<std::shared_ptr<Device>> left;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [pointer, entry] : held_) {
      if (auto device = entry.lock()) left.push_back(std::move(device));
    }
    held_.clear();
    listed_.clear();
  }
  for (const auto& device : left) device->Release();
}

}  // namespace tsusb::libusb1
