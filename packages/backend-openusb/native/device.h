#ifndef TSUSB_OPENUSB_DEVICE_H_
#define TSUSB_OPENUSB_DEVICE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "library.h"

namespace tsusb::openusb {

// A device that the library lists, under a number that is never used again in its context. `devid` is the
// library's own, which is not used again either: a replugged device is another one. Immutable.
struct Device {
  uint32_t id = 0;
  abi::openusb_devid_t devid = 0;
  // The device descriptor and every configuration, as the device sent them; empty if the library has none.
  std::vector<uint8_t> raw;
  // Where Linux has it, if that is certain: the library tells by asking the device, and hangs if refused.
  std::string sysfs;
  int bus = 0;
  int address = 0;
};

// Asks the library and sysfs about a device. Touches no bus; blocks shortly. Not for the JS thread.
Device DescribeDevice(const Library& library, abi::openusb_handle_t handle, abi::openusb_devid_t devid,
                      uint32_t id);

// The devices of a context that are plugged, as far as we know. Any thread.
class DeviceTable {
 public:
  // The device with this number, or nullptr if it is gone.
  std::shared_ptr<const Device> Find(int64_t id) const;

  // The device that the library calls so, or nullptr.
  std::shared_ptr<const Device> Known(abi::openusb_devid_t devid) const;

  // Keeps a device that Describe() made with NextId().
  std::shared_ptr<const Device> Add(Device device);
  uint32_t NextId();

  // Keeps it no more. nullptr if it is not known.
  std::shared_ptr<const Device> Remove(abi::openusb_devid_t devid);

  // Those that are not among `present`, kept no more.
  std::vector<std::shared_ptr<const Device>> RemoveAllBut(const std::vector<abi::openusb_devid_t>& present);

  // Whether it was removed. The library gives no number twice.
  bool IsGone(abi::openusb_devid_t devid) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<abi::openusb_devid_t, std::shared_ptr<const Device>> devices_;
  std::unordered_set<abi::openusb_devid_t> gone_;
  uint32_t last_id_ = 0;
};

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_DEVICE_H_
