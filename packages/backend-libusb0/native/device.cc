#include "device.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <unordered_set>
#include <utility>

#include "descriptors.h"
#include "tsusb/sysfs.h"

namespace tsusb::libusb0 {
namespace {

struct Natural {
  using Bus = abi::natural::usb_bus;
  using Device = abi::natural::usb_device;
};

struct Packed {
  using Bus = abi::packed::usb_bus;
  using Device = abi::packed::usb_device;
};

// The name in such an array; empty if what is there is no name.
template <size_t size>
std::string NameIn(const char (&array)[size]) {
  const void* const end = std::memchr(array, '\0', size);
  if (end == nullptr) return {};
  std::string name(array, static_cast<const char*>(end));
  const bool is_printable =
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isprint(c) != 0; });
  return is_printable ? name : std::string();
}

// "001" is 1, "bus-0" is 0; -1 if no number ends it.
int NumberAtEnd(const std::string& name) {
  size_t start = name.size();
  while (start > 0 && std::isdigit(static_cast<unsigned char>(name[start - 1])) != 0) --start;
  return start == name.size() ? -1 : std::atoi(name.c_str() + start);
}

template <typename Layout>
std::vector<ListedDevice> ReadListAs(const void* busses) {
  std::vector<ListedDevice> list;
  // A list that comes back to itself is no list.
  std::unordered_set<const void*> seen;
  const auto* bus = static_cast<const typename Layout::Bus*>(busses);
  for (; bus != nullptr && seen.insert(bus).second; bus = bus->next) {
    const std::string dirname = NameIn(bus->dirname);
    if (dirname.empty()) break;
    typename Layout::Device* device = bus->devices;
    for (; device != nullptr && seen.insert(device).second; device = device->next) {
      const std::string filename = NameIn(device->filename);
      if (filename.empty() || device->bus != bus) break;
      // Upstream's 0.1.12 has no location on Linux; the folder is called by the bus's number.
      const int number = NumberAtEnd(dirname);
      const int address = device->devnum != 0 ? device->devnum : std::max(NumberAtEnd(filename), 0);
      list.push_back({device, dirname, filename, number >= 0 ? number : static_cast<int>(bus->location),
                      address, device->descriptor});
    }
  }
  return list;
}

template <typename Layout>
std::vector<uint8_t> ReadConfigurationAs(const void* pointer, uint8_t index) {
  const auto* device = static_cast<const typename Layout::Device*>(pointer);
  if (device->config == nullptr || index >= device->descriptor.bNumConfigurations) return {};
  const auto& configuration = device->config[index];
  // A device that did not give it leaves zeros.
  return configuration.bLength == 0 ? std::vector<uint8_t>{} : ConfigurationBytes(configuration);
}

// Linux's node of the device goes and comes with it, and so does its folder in sysfs.
std::string IdentityOf(const Device& device) {
  std::string identity = device.dirname + "/" + device.filename;
  if (!device.folder.empty()) {
    identity += " " + FileIdentity("/dev/bus/usb/" + identity) + " " + FileIdentity(device.folder);
  }
  return identity;
}

DeviceRecord Describe(const Device& device, const abi::usb_device_descriptor& descriptor) {
  DeviceRecord record;
  record.id = device.id;
  record.bus = device.bus;
  record.address = device.address;
  record.device_descriptor = DeviceDescriptorBytes(descriptor);
  if (device.folder.empty()) return record;
  SysfsDevice sysfs = ReadSysfsFolder(device.folder);
  record.speed = SysfsSpeed(device.folder);
  record.ports = SysfsPorts(device.folder);
  record.raw = std::move(sysfs.descriptors);
  record.sysfs = std::move(sysfs.folder);
  record.manufacturer = std::move(sysfs.manufacturer);
  record.product = std::move(sysfs.product);
  record.serial = std::move(sysfs.serial);
  return record;
}

}  // namespace

int Rescan(const Library& library) {
  int status = library.find_busses();
  if (status == -ENOENT) {
    // There was no usbfs when it looked for its place; there may be one now.
    library.init();
    status = library.find_busses();
  }
  // None: works, and finds nothing.
  if (status == -ENOENT) return 0;
  return status < 0 ? status : std::min(library.find_devices(), 0);
}

std::vector<ListedDevice> ReadList(const Library& library) {
  const void* const busses = library.get_busses();
  return library.implementation() == Implementation::kWin32 ? ReadListAs<Packed>(busses)
                                                            : ReadListAs<Natural>(busses);
}

std::vector<uint8_t> ReadConfiguration(const Library& library, const ListedDevice& listed, uint8_t index) {
  return library.implementation() == Implementation::kWin32
             ? ReadConfigurationAs<Packed>(listed.pointer, index)
             : ReadConfigurationAs<Natural>(listed.pointer, index);
}

bool IsPresent(const Device& device) { return IdentityOf(device) == device.identity; }

std::optional<ListedDevice> FindListed(const Library& library, const Device& device) {
  for (const ListedDevice& listed : ReadList(library)) {
    if (listed.dirname != device.dirname || listed.filename != device.filename) continue;
    return IsPresent(device) ? std::optional(listed) : std::nullopt;
  }
  return std::nullopt;
}

DeviceTable::Listing DeviceTable::Update(const std::vector<ListedDevice>& listed) {
  std::map<std::string, std::shared_ptr<const Device>> known;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [id, device] : devices_) known.emplace(device->dirname + "/" + device->filename, device);
  }
  std::unordered_map<uint32_t, std::shared_ptr<const Device>> present;
  std::optional<std::map<std::pair<int, int>, std::string>> folders;
  Listing listing;
  for (const ListedDevice& entry : listed) {
    std::shared_ptr<const Device> device;
    const auto found = known.find(entry.dirname + "/" + entry.filename);
    if (found != known.end() && IsPresent(*found->second)) {
      device = found->second;
    } else {
      if (!folders) folders = SysfsFolders();
      Device added{++last_id_, entry.dirname, entry.filename, entry.bus, entry.address, {}, {}};
      const auto folder = folders->find({entry.bus, entry.address});
      if (folder != folders->end()) added.folder = folder->second;
      added.identity = IdentityOf(added);
      listing.added.push_back(Describe(added, entry.descriptor));
      device = std::make_shared<const Device>(std::move(added));
    }
    listing.ids.push_back(device->id);
    present.emplace(device->id, std::move(device));
  }
  std::lock_guard<std::mutex> lock(mutex_);
  devices_.swap(present);
  return listing;
}

std::shared_ptr<const Device> DeviceTable::Find(int64_t id) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = devices_.find(static_cast<uint32_t>(id));
  return found == devices_.end() ? nullptr : found->second;
}

}  // namespace tsusb::libusb0
