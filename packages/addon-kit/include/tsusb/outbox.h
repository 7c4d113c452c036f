#ifndef TSUSB_OUTBOX_H_
#define TSUSB_OUTBOX_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tsusb/completion_queue.h"

namespace tsusb {

// What does not fit into the three numbers of a completion: the results of operations, and events that nobody
// asked for. They wait here until JS, told by the queue, takes them. Any thread.
template <typename Result, typename Event>
class Outbox {
 public:
  explicit Outbox(std::shared_ptr<CompletionQueue> queue) : queue_(std::move(queue)) {}

  // Ends the operation `id` with something to take.
  void Deliver(int32_t id, int status, Result result) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      results_.insert_or_assign(id, std::move(result));
    }
    queue_->PushAndWake({id, status, 0});
  }

  // Keeps an event. Those that come before JS takes them share one notice.
  void Notice(Event event) {
    bool first;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      first = events_.empty();
      events_.push_back(std::move(event));
    }
    if (first) queue_->PushAndWake({CompletionQueue::kNotice, 0, 0});
  }

  // What the operation `id` delivered, once.
  std::optional<Result> TakeResult(int32_t id) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = results_.find(id);
    if (found == results_.end()) return std::nullopt;
    std::optional<Result> taken(std::move(found->second));
    results_.erase(found);
    return taken;
  }

  // The events since the last call, in order.
  std::vector<Event> TakeEvents() {
    std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(events_, {});
  }

 private:
  const std::shared_ptr<CompletionQueue> queue_;
  std::mutex mutex_;
  std::unordered_map<int32_t, Result> results_;
  std::vector<Event> events_;
};

}  // namespace tsusb

#endif  // TSUSB_OUTBOX_H_
