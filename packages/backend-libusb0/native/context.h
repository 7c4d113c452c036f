#ifndef TSUSB_LIBUSB0_CONTEXT_H_
#define TSUSB_LIBUSB0_CONTEXT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "device.h"
#include "library.h"
#include "tsusb/blocking_thread.h"
#include "tsusb/completion_queue.h"
#include "tsusb/outbox.h"

namespace tsusb::libusb0 {

using Listing = DeviceTable::Listing;
using Result = std::variant<Listing, std::vector<uint8_t>, std::string>;

// The devices of libusb, a thread for searching them, and the queue that brings everything to JS: what one
// backend object stands on. libusb 0.1 itself has no such thing: its list is the process's. Owned by the
// environment's table; calls in flight share it. Methods are for the JS thread unless they say otherwise.
class Context : public std::enable_shared_from_this<Context> {
 public:
  Context(std::shared_ptr<const Library> library, std::shared_ptr<CompletionQueue> queue);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const std::shared_ptr<const Library>& library() const { return library_; }
  const std::shared_ptr<CompletionQueue>& queue() const { return queue_; }
  DeviceTable& devices() { return devices_; }

  // --- blocking calls, on the context's thread; each ends the operation `id` ---
  // `log_level` -1 leaves the library's own. The status is 1 if the system has a folder in sysfs for every
  // device that libusb lists, else 0.
  void Init(int32_t id, int log_level);
  void List(int32_t id);
  void Configuration(int32_t id, std::shared_ptr<const Device> device, uint8_t index);
  // Every handle must be freed.
  void Exit(int32_t id);
  // Whether Exit() was called: nothing else may be any more.
  bool is_ending() const { return is_ending_; }

  // Results of operations, until JS takes them.
  Outbox<Result, std::monostate>& outbox() { return outbox_; }

  // Ends the thread at the end of the environment, waiting no longer than `deadline` for what hangs. False if
  // it was left behind; then nothing may be freed.
  bool Shutdown(std::chrono::steady_clock::time_point deadline);

  // Begins the operation `id` of a job, and ends it at once if that could not be posted.
  void Begun(int32_t id, bool posted);

 private:
  void Call(int32_t id, std::function<int()> call);
  void Post(int32_t id, std::function<void()> job) { Begun(id, thread_.Post(std::move(job))); }

  // These run on the context's thread.
  int InitNow(int log_level);
  void ListNow(int32_t id);
  void ConfigurationNow(int32_t id, const Device& device, uint8_t index);

  const std::shared_ptr<const Library> library_;
  const std::shared_ptr<CompletionQueue> queue_;
  DeviceTable devices_;
  Outbox<Result, std::monostate> outbox_;
  bool is_ending_ = false;
  BlockingThread thread_;
};

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_CONTEXT_H_
