#include "deadlines.h"

#include <algorithm>

namespace tsusb::libusb1 {
namespace {

// Of the event thread when nothing is to be ended.
constexpr auto kLongestWait = std::chrono::seconds(60);
// Until a transfer is cancelled again that libusb did not know: it was about to be submitted, or is ending.
constexpr auto kAgain = std::chrono::milliseconds(10);
// Transfers that are cancelled before whoever wants to submit one gets the lock.
constexpr int kAtOnce = 16;

}  // namespace

bool Deadlines::Serves(const Library& library) {
#ifdef __linux__
  return library.interrupt_event_handler != nullptr;
#else
  static_cast<void>(library);
  return false;
#endif
}

bool Deadlines::Add(Slot& slot, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const std::lock_guard<std::mutex> lock(mutex_);
  slot.deadline = deadline;
  slot.is_overdue = false;
  slot.deadline_at = static_cast<int>(slots_.size());
  slots_.push_back(&slot);
  if (deadline >= next_look_) return false;
  next_look_ = deadline;
  return true;
}

bool Deadlines::Remove(Slot& slot) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (slot.deadline_at < 0) return false;
  slots_.back()->deadline_at = slot.deadline_at;
  slots_[static_cast<size_t>(slot.deadline_at)] = slots_.back();
  slots_.pop_back();
  slot.deadline_at = -1;
  return slot.is_overdue;
}

std::chrono::microseconds Deadlines::EndOverdue() {
  for (;;) {
    const auto now = Clock::now();
    const std::lock_guard<std::mutex> lock(mutex_);
    if (now < next_look_) return std::chrono::ceil<std::chrono::microseconds>(next_look_ - now);
    next_look_ = EndSome(now);
  }
}

Deadlines::Clock::time_point Deadlines::EndSome(Clock::time_point now) {
  auto next_look = now + kLongestWait;
  int cancelled = 0;
  for (Slot* const slot : slots_) {
    if (now >= slot->deadline) {
      if (++cancelled > kAtOnce) return now;
      // Its completion waits for the lock, so it is still this transfer.
      const int status = slot->library()->cancel_transfer(slot->transfer());
      slot->is_overdue = status == abi::LIBUSB_SUCCESS;
      slot->deadline = slot->is_overdue ? Clock::time_point::max() : now + kAgain;
    }
    next_look = std::min(next_look, slot->deadline);
  }
  return next_look;
}

}  // namespace tsusb::libusb1
