#ifndef TSUSB_BOUNDED_CALL_H_
#define TSUSB_BOUNDED_CALL_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "tsusb/blocking_thread.h"
#include "tsusb/completion_queue.h"
#include "tsusb/timer_thread.h"

namespace tsusb {

// How an operation is settled whose call may never come back.
struct CallBounds {
  std::chrono::milliseconds patience;
  // Its status if the call has not come back by then. What it gives later is nobody's.
  int32_t late;
  // Its status if the system has no thread for it.
  int32_t refused;
};

// As BlockingThread::Call(), for a C library that may hang. `on_late` runs on the timers' thread, before the
// operation is settled as late; the thread hangs then. JS thread.
inline void BoundedCall(BlockingThread* thread, const std::shared_ptr<TimerThread>& timers,
                        std::shared_ptr<CompletionQueue> queue, int32_t id, const CallBounds& bounds,
                        std::function<int32_t()> call, std::function<void()> on_late) {
  const auto ended = std::make_shared<std::atomic<bool>>(false);
  queue->Begin();
  const uint64_t timer =
      timers->After(bounds.patience, [queue, id, ended, late = bounds.late, on_late = std::move(on_late)] {
        if (ended->exchange(true)) return;
        on_late();
        queue->PushAndWake({id, late, 0});
      });
  const bool posted = timer != 0 && thread->Post([timers, timer, queue, id, ended, call = std::move(call)] {
    const int32_t status = call();
    timers->Cancel(timer);
    if (!ended->exchange(true)) queue->PushAndWake({id, status, 0});
  });
  if (posted) return;
  timers->Cancel(timer);
  queue->PushAndWake({id, bounds.refused, 0});
}

}  // namespace tsusb

#endif  // TSUSB_BOUNDED_CALL_H_
