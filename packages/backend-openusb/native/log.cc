#include "log.h"

#include <cstdio>
#include <mutex>
#include <unordered_map>

namespace tsusb::openusb {
namespace {

// Longest line that is kept; what is behind it is cut off.
constexpr size_t kMostText = 1024;

struct Routes {
  std::mutex mutex;
  std::unordered_map<abi::openusb_handle_t, LogSink*> sinks;
};

// Never destroyed: exit() runs destructors while the library's threads may still log.
Routes& AllRoutes() {
  static Routes& routes = *new Routes;
  return routes;
}

}  // namespace

void RouteLog(abi::openusb_handle_t handle, LogSink* sink) {
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  AllRoutes().sinks[handle] = sink;
}

void UnrouteLog(abi::openusb_handle_t handle, const LogSink* sink) {
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  const auto route = AllRoutes().sinks.find(handle);
  if (route != AllRoutes().sinks.end() && route->second == sink) AllRoutes().sinks.erase(route);
}

void OnLibraryLog(abi::openusb_handle_t handle, const char* format, va_list arguments) {
  if (format == nullptr) return;
  char text[kMostText];
  if (std::vsnprintf(text, sizeof(text), format, arguments) < 0) return;
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  const auto route = AllRoutes().sinks.find(handle);
  if (route != AllRoutes().sinks.end()) {
    route->second->OnLog(text);
  } else {
    std::fprintf(stderr, "%s\n", text);
  }
}

}  // namespace tsusb::openusb
