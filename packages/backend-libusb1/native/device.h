#ifndef TSUSB_LIBUSB1_DEVICE_H_
#define TSUSB_LIBUSB1_DEVICE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "library.h"

namespace tsusb::libusb1 {

// A libusb_device under a number that is never used again in its context, held by a reference, so that its
// address is not used again either: that is a device's identity while it stays plugged. Any thread.
class Device {
 public:
  Device(std::shared_ptr<const Library> library, abi::libusb_device* device, uint32_t id);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device();

  uint32_t id() const { return id_; }
  // nullptr after Release().
  abi::libusb_device* get() const { return device_; }

  // Gives the reference back before the context ends; libusb crashes on devices that outlive it.
  void Release();

 private:
  const std::shared_ptr<const Library> library_;
  std::atomic<abi::libusb_device*> device_;
  const uint32_t id_;
};

// What can be told of a device without opening it.
struct DeviceRecord {
  uint32_t id = 0;
  int bus = 0;
  int address = 0;
  int speed = 0;
  std::optional<std::vector<uint8_t>> ports;
  // 18 bytes; empty if libusb could not give them.
  std::vector<uint8_t> device_descriptor;
  // All descriptors, raw, where the system keeps them.
  std::vector<uint8_t> raw;
  std::optional<std::string> manufacturer;
  std::optional<std::string> product;
  std::optional<std::string> serial;
  std::string sysfs;
};

// Asks libusb and sysfs about a device. Touches no bus; blocks shortly. Not for the JS thread.
DeviceRecord DescribeDevice(const Library& library, const Device& device);

// The devices of a context: those that are listed, and those that something else holds. Any thread.
class DeviceTable {
 public:
  explicit DeviceTable(std::shared_ptr<const Library> library) : library_(std::move(library)) {}

  // The device at this address, which is known as long as it is held.
  std::shared_ptr<Device> Hold(abi::libusb_device* device);

  // As Hold(), and keeps it as a listed one. `added` says whether it was not listed before.
  std::shared_ptr<Device> List(abi::libusb_device* device, bool* added);

  // The device with this number, or nullptr if it is gone.
  std::shared_ptr<Device> Find(int64_t id) const;

  // Keeps it no more. False if it was not listed.
  bool Unlist(const Device& device);

  // Keeps only those that are in `present`, and gives the numbers of the others.
  std::vector<uint32_t> UnlistAllBut(const std::vector<std::shared_ptr<Device>>& present);

  // Gives back every reference that is left, whoever holds the Device.
  void ReleaseAll();

 private:
  const std::shared_ptr<const Library> library_;
  // Never held while libusb is called to release a device: its callbacks come here with its locks held.
  mutable std::mutex mutex_;
  std::unordered_map<abi::libusb_device*, std::weak_ptr<Device>> held_;
  std::unordered_map<uint32_t, std::shared_ptr<Device>> listed_;
  uint32_t last_id_ = 0;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_DEVICE_H_
