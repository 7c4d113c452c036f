#ifndef TSUSB_LIBUSB1_DEADLINES_H_
#define TSUSB_LIBUSB1_DEADLINES_H_

#include <chrono>
#include <mutex>
#include <vector>

#include "library.h"
#include "transfer.h"

namespace tsusb::libusb1 {

// Ends transfers at their deadline, in libusb's place: on Linux libusb sets a timer of the system's when a
// transfer begins and again when it ends, two of its four or five system calls (3 % of a transfer on the
// played bus, 4 % with sixteen in flight). Here the event thread bounds its wait instead, and looks through
// what is in flight only when that has passed.
//
// Methods are for any thread unless they say otherwise.
class Deadlines {
 public:
  using Clock = std::chrono::steady_clock;

  // Whether this is done here. Elsewhere than on Linux the system may know timeouts of its own, which are
  // better than a cancellation (macOS cancels all that waits on the endpoint), and old libraries cannot be
  // woken.
  static bool Serves(const Library& library);

  // Adds a transfer that is about to be submitted. True if the event thread would wake too late for it.
  bool Add(Slot& slot, std::chrono::milliseconds timeout);

  // Lets go of a transfer that has ended or was not submitted. True if its deadline had ended it.
  bool Remove(Slot& slot);

  // For the event thread: ends what is overdue, and tells how long it may wait.
  std::chrono::microseconds EndOverdue();

 private:
  // Needs the lock. Cancels a few, and tells when to look again.
  Clock::time_point EndSome(Clock::time_point now);

  std::mutex mutex_;
  // Those that have a deadline, in no order; each knows its own place.
  std::vector<Slot*> slots_;
  // When the event thread looks next. Earlier than the first deadline where a transfer has ended meanwhile.
  Clock::time_point next_look_ = Clock::time_point::min();
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_DEADLINES_H_
