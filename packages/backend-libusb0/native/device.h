#ifndef TSUSB_LIBUSB0_DEVICE_H_
#define TSUSB_LIBUSB0_DEVICE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "library.h"

namespace tsusb::libusb0 {

// A device under a number that is never used again in its context. libusb frees its own structs at each
// rescan, of whatever environment: nothing here points into them, names find them again.
struct Device {
  uint32_t id = 0;
  // What libusb calls its bus and it.
  std::string dirname;
  std::string filename;
  int bus = 0;
  int address = 0;
  // Its folder in sysfs; empty where there is none.
  std::string folder;
  // Tells it from another device that has its names later.
  std::string identity;
};

// What can be told of a device without opening it.
struct DeviceRecord {
  uint32_t id = 0;
  int bus = 0;
  int address = 0;
  std::optional<int> speed;
  std::optional<std::vector<uint8_t>> ports;
  std::vector<uint8_t> device_descriptor;
  // All descriptors, raw, where the system keeps them.
  std::vector<uint8_t> raw;
  std::optional<std::string> manufacturer;
  std::optional<std::string> product;
  std::optional<std::string> serial;
  std::string sysfs;
};

// One entry of libusb's list, valid as long as the lock of the lists is held.
struct ListedDevice {
  void* pointer;
  std::string dirname;
  std::string filename;
  int bus;
  int address;
  abi::usb_device_descriptor descriptor;
};

// Searches busses and devices anew. Opens every node, as libusb does. Negative: -errno. With the lock of the
// lists; not for the JS thread.
int Rescan(const Library& library);

// The library's list. Entries that cannot be what they should be are left out. With the lock of the lists.
std::vector<ListedDevice> ReadList(const Library& library);

// A configuration of a listed device; empty if the library could not read it. With the lock of the lists.
std::vector<uint8_t> ReadConfiguration(const Library& library, const ListedDevice& listed, uint8_t index);

// Whether it is still the one that has its names.
bool IsPresent(const Device& device);

// The entry of a device, or nothing if it has gone or another one has its names. With the lock of the lists.
std::optional<ListedDevice> FindListed(const Library& library, const Device& device);

// The devices of a context. Any thread.
class DeviceTable {
 public:
  // Of the devices of one listing, those that were not in the last one come with a record.
  struct Listing {
    std::vector<uint32_t> ids;
    std::vector<DeviceRecord> added;
  };

  // Takes over what libusb lists. Reads sysfs; not for the JS thread, nor on two threads at once.
  Listing Update(const std::vector<ListedDevice>& listed);

  // The device with this number, or nullptr if it is gone.
  std::shared_ptr<const Device> Find(int64_t id) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<uint32_t, std::shared_ptr<const Device>> devices_;
  uint32_t last_id_ = 0;
};

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_DEVICE_H_
