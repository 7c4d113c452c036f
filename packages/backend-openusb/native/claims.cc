#include "claims.h"

#include <map>
#include <mutex>
#include <tuple>

namespace tsusb::openusb {
namespace {

// Numbers of devices are the library's: two files may be loaded, each with numbers of its own.
using DeviceKey = std::pair<const void*, abi::openusb_devid_t>;
using Key = std::pair<DeviceKey, uint8_t>;

struct Claims {
  std::mutex mutex;
  std::map<Key, const void*> holders;
};

// Never destroyed: exit() runs destructors while a thread may still close a device.
Claims& AllClaims() {
  static Claims& claims = *new Claims;
  return claims;
}

DeviceKey KeyOf(const Library& library, abi::openusb_devid_t device) {
  return {reinterpret_cast<const void*>(library.init), device};
}

}  // namespace

bool TakeClaim(const Library& library, abi::openusb_devid_t device, uint8_t interface_number,
               const void* holder) {
  std::lock_guard<std::mutex> lock(AllClaims().mutex);
  const Key key(KeyOf(library, device), interface_number);
  return AllClaims().holders.emplace(key, holder).first->second == holder;
}

bool GiveClaim(const Library& library, abi::openusb_devid_t device, uint8_t interface_number,
               const void* holder) {
  std::lock_guard<std::mutex> lock(AllClaims().mutex);
  const auto claim = AllClaims().holders.find(Key(KeyOf(library, device), interface_number));
  if (claim == AllClaims().holders.end() || claim->second != holder) return false;
  AllClaims().holders.erase(claim);
  return true;
}

void GiveAllClaims(const void* holder) {
  std::lock_guard<std::mutex> lock(AllClaims().mutex);
  auto& holders = AllClaims().holders;
  for (auto claim = holders.begin(); claim != holders.end();) {
    claim = claim->second == holder ? holders.erase(claim) : std::next(claim);
  }
}

bool IsClaimed(const Library& library, abi::openusb_devid_t device) {
  std::lock_guard<std::mutex> lock(AllClaims().mutex);
  const DeviceKey key = KeyOf(library, device);
  const auto claim = AllClaims().holders.lower_bound(Key(key, 0));
  return claim != AllClaims().holders.end() && claim->first.first == key;
}

}  // namespace tsusb::openusb
