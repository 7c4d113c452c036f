#include "log.h"

#include <mutex>
#include <unordered_map>

namespace tsusb::libusb1 {
namespace {

using SetLogCallback = decltype(abi::OptionalFunctions::set_log_cb);

struct Routes {
  std::mutex mutex;
  // By library: how many of its contexts are routed.
  std::unordered_map<SetLogCallback, int> silenced;
  std::unordered_map<abi::libusb_context*, LogSink*> sinks;
};

// Never destroyed: exit() runs destructors while an event thread may still log.
Routes& AllRoutes() {
  static Routes& routes = *new Routes;
  return routes;
}

thread_local LogSink* initialising = nullptr;

void TSUSB_LIBUSB_CALL DropLog(abi::libusb_context*, int, const char*) {}

}  // namespace

void RouteLog(const Library& library, abi::libusb_context* context, LogSink* sink) {
  if (library.set_log_cb == nullptr) return;
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  AllRoutes().sinks[context] = sink;
  if (AllRoutes().silenced[library.set_log_cb]++ == 0) {
    library.set_log_cb(nullptr, &DropLog, abi::LIBUSB_LOG_CB_GLOBAL);
  }
}

void UnrouteLog(const Library& library, abi::libusb_context* context, const LogSink* sink) {
  if (library.set_log_cb == nullptr) return;
  std::lock_guard<std::mutex> lock(AllRoutes().mutex);
  const auto route = AllRoutes().sinks.find(context);
  if (route != AllRoutes().sinks.end() && route->second == sink) AllRoutes().sinks.erase(route);
  if (--AllRoutes().silenced[library.set_log_cb] == 0) {
    library.set_log_cb(nullptr, nullptr, abi::LIBUSB_LOG_CB_GLOBAL);
  }
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
