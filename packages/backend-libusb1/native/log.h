#ifndef TSUSB_LIBUSB1_LOG_H_
#define TSUSB_LIBUSB1_LOG_H_

#include "library.h"

namespace tsusb::libusb1 {

// Receives what libusb logs about one context, on whatever thread that happens.
class LogSink {
 public:
  virtual void OnLog(int level, const char* text) = 0;

 protected:
  ~LogSink() = default;
};

// libusb's log callback has no user data, only the context: these two say which sink belongs to it. The one
// table of the process; guarded, and correct with any number of environments.
//
// A library with a log callback for a context still prints every line to stderr, unless it has one for the
// process as well: while a context is routed, there is one that drops what it is given.
void RouteLog(const Library& library, abi::libusb_context* context, LogSink* sink);
// After libusb_exit: by then the address may be that of another environment's context already.
void UnrouteLog(const Library& library, abi::libusb_context* context, const LogSink* sink);

// While it lives, what this thread's call logs about contexts that have no route yet goes to `sink`:
// libusb_init_context logs before it says which context it made.
class LogDuringInit {
 public:
  explicit LogDuringInit(LogSink* sink);
  ~LogDuringInit();
  LogDuringInit(const LogDuringInit&) = delete;
  LogDuringInit& operator=(const LogDuringInit&) = delete;
};

// The callback to give to libusb.
void TSUSB_LIBUSB_CALL OnLibraryLog(abi::libusb_context* context, int level, const char* text);

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_LOG_H_
