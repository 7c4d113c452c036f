#include "log.h"

#include <mutex>
#include <unordered_map>

namespace tsusb::libusb1 {
namespace {

struct Routes {
  std::mutex mutex;
  std::unordered_map<abi::libusb_context*, LogSink*> sinks;
};

// Never destroyed: exit() runs destructors while an event thread may still log.
Routes& AllRoutes() {
  static Routes& routes = *new Routes;
  return routes;
}

thread_local LogSink* initialising = nullptr;

}  // namespace

void RouteLog(abi::libusb_context* context, LogSink* sink) {
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  AllRoutes().sinks[context] = sink;
}

void UnrouteLog(abi::libusb_context* context) {
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  AllRoutes().sinks.erase(context);
}

LogDuringInit::LogDuringInit(LogSink* sink) { initialising = sink; }
LogDuringInit::~LogDuringInit() { initialising = nullptr; }

void TSUSB_LIBUSB_CALL OnLibraryLog(abi::libusb_context* context, int level, const char* text) {
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  const auto route = AllRoutes().sinks.find(context);
  LogSink* sink = route != AllRoutes().sinks.end() ? route->second : initialising;
  if (sink != nullptr) sink->OnLog(level, text);
}

}  // namespace tsusb::libusb1
