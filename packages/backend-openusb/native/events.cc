#include "events.h"

#include <mutex>
#include <unordered_map>

namespace tsusb::openusb {
namespace {

// The library keeps a pointer for as long as it likes: it gets a number, and this says whose it is. The one
// table of the process; guarded, and correct with any number of environments.
struct Routes {
  std::mutex mutex;
  std::unordered_map<int64_t, EventSink*> sinks;
  int64_t last = 0;
};

// Never destroyed: exit() runs destructors while the library's thread may still tell.
Routes& AllRoutes() {
  static Routes& routes = *new Routes;
  return routes;
}

void OnEvent(abi::openusb_handle_t, abi::openusb_devid_t device, int32_t event, void* route) {
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  const auto sink = AllRoutes().sinks.find(static_cast<int64_t>(reinterpret_cast<intptr_t>(route)));
  if (sink != AllRoutes().sinks.end()) sink->second->OnDevice(device, event);
}

constexpr int32_t kEvents[] = {abi::USB_ATTACH, abi::USB_REMOVE};

}  // namespace

int64_t RouteEvents(const Library& library, abi::openusb_handle_t handle, EventSink* sink) {
  int64_t route;
  {
    std::lock_guard<std::mutex> lock(AllRoutes().mutex);
    route = ++AllRoutes().last;
    AllRoutes().sinks.emplace(route, sink);
  }
  for (const int32_t event : kEvents) {
    void* const argument = reinterpret_cast<void*>(static_cast<intptr_t>(route));
    const int32_t status = library.set_event_callback(handle, event, &OnEvent, argument);
    if (status == abi::OPENUSB_SUCCESS) continue;
    UnrouteEvents(library, handle, route);
    return status;
  }
  return route;
}

void UnrouteEvents(const Library& library, abi::openusb_handle_t handle, int64_t route) {
  for (const int32_t event : kEvents) library.set_event_callback(handle, event, nullptr, nullptr);
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  AllRoutes().sinks.erase(route);
}

}  // namespace tsusb::openusb
