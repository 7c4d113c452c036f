#ifndef TSUSB_OPENUSB_EVENTS_H_
#define TSUSB_OPENUSB_EVENTS_H_

#include <cstdint>

#include "library.h"

namespace tsusb::openusb {

// Hears of devices that come and go, on the library's own thread, which must not be held up.
class EventSink {
 public:
  virtual void OnDevice(abi::openusb_devid_t device, int32_t event) = 0;

 protected:
  ~EventSink() = default;
};

// Has the library tell `sink` of what comes and goes from now on. Those that are there already are told as
// well if the library has not got round to that, which it mostly has: a listing is what to go by. Gives the
// number of the route, or the library's negative status.
int64_t RouteEvents(const Library& library, abi::openusb_handle_t handle, EventSink* sink);

// Before openusb_fini. Once it has returned `sink` hears no more, whatever the library does.
void UnrouteEvents(const Library& library, abi::openusb_handle_t handle, int64_t route);

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_EVENTS_H_
