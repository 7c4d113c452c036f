#ifndef TSUSB_LIBUSB0_PERFORM_H_
#define TSUSB_LIBUSB0_PERFORM_H_

#include <atomic>

#include "library.h"
#include "transfer.h"
#include "transfer_queue.h"

namespace tsusb::libusb0 {

// What a transfer is done with. Valid during a Perform().
struct Means {
  const Library& library;
  abi::usb_dev_handle* handle;
  TransferQueue& queue;
};

// Do a transfer by the library's blocking calls, and find out what these hide. On the endpoint's thread.
Outcome PerformControl(const Means& means, Slot& slot);
// Bulk and interrupt. `is_gone` is set when the handle is of no use any more.
Outcome PerformPipe(const Means& means, Slot& slot, std::atomic<bool>* is_gone);
// Bulk, interrupt and isochronous, by libusb-win32's asynchronous calls; library.has_async().
Outcome PerformAsync(const Means& means, Slot& slot);

// Asks the device whether an endpoint is halted: -EPIPE if so, 0 if not or if it does not say, another -errno
// if it cannot be asked.
int CheckHalt(const Means& means, uint8_t endpoint);

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_PERFORM_H_
