#ifndef TSUSB_OPENUSB_LOG_H_
#define TSUSB_OPENUSB_LOG_H_

#include <cstdarg>

#include "library.h"

namespace tsusb::openusb {

// Receives what the library logs about one handle, on whatever thread that happens.
class LogSink {
 public:
  virtual void OnLog(const char* text) = 0;

 protected:
  ~LogSink() = default;
};

// The library's log callback has no argument of ours, only the library's handle: these two say which sink
// belongs to it. The one table of the process; guarded, and correct with any number of environments.
//
// A handle without a sink can still log to our callback: the library does not give it up for a later NULL.
// Such lines go to stderr, where the library would have printed them.
void RouteLog(abi::openusb_handle_t handle, LogSink* sink);
// After openusb_fini: by then the number may be that of another environment's handle already.
void UnrouteLog(abi::openusb_handle_t handle, const LogSink* sink);

// The callback to give to the library.
void OnLibraryLog(abi::openusb_handle_t handle, const char* format, va_list arguments);

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_LOG_H_
