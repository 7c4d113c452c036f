#ifndef TSUSB_QUEUE_LIST_H_
#define TSUSB_QUEUE_LIST_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "tsusb/completion_queue.h"

namespace tsusb {

// The queues of one environment: those in use, and those that libuv has not let go yet. The environment's end
// has to wait for all of them. Lives as long as the environment. JS thread only.
class QueueList {
 public:
  void Add(std::shared_ptr<CompletionQueue> queue) { queues_.push_back(std::move(queue)); }

  // Closes a queue that is not needed any more.
  void Close(const std::shared_ptr<CompletionQueue>& queue) {
    queue->Close(
        [this, queue] { queues_.erase(std::remove(queues_.begin(), queues_.end(), queue), queues_.end()); });
  }

  // Closes all that are left, and calls `done` when libuv has let go of the last one.
  void CloseAll(std::function<void()> done) {
    if (queues_.empty()) return done();
    // Copied: what is closed already takes itself out of the list.
    const std::vector<std::shared_ptr<CompletionQueue>> open = queues_;
    const auto left = std::make_shared<size_t>(open.size());
    for (const auto& queue : open) {
      queue->Close([left, done] {
        if (--*left == 0) done();
      });
    }
  }

 private:
  std::vector<std::shared_ptr<CompletionQueue>> queues_;
};

}  // namespace tsusb

#endif  // TSUSB_QUEUE_LIST_H_
