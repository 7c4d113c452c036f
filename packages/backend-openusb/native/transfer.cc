#include "transfer.h"

#include <utility>

namespace tsusb::openusb {

Transfer::Transfer(std::shared_ptr<Slot> slot, const TransferArguments& arguments,
                   std::shared_ptr<CompletionQueue> queue, std::shared_ptr<std::atomic<int>> open,
                   std::shared_ptr<TimerThread> timers)
    : slot(std::move(slot)),
      arguments(arguments),
      queue_(std::move(queue)),
      open_(std::move(open)),
      timers_(std::move(timers)) {
  ++*open_;
}

bool Transfer::Settle(int32_t status) {
  if (settled_.exchange(true)) return false;
  timers_->Cancel(expiry);
  timers_->Cancel(last_resort);
  const bool is_lost = status <= kLost && status > kRefused;
  if (!is_lost) slot->in_use = false;
  queue_->Push({static_cast<int32_t>(slot->id), status, static_cast<int32_t>(moved)});
  --*open_;
  queue_->Wake();
  return true;
}

}  // namespace tsusb::openusb
