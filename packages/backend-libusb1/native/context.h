#ifndef TSUSB_LIBUSB1_CONTEXT_H_
#define TSUSB_LIBUSB1_CONTEXT_H_

#include <napi.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "deadlines.h"
#include "device.h"
#include "events.h"
#include "library.h"
#include "log.h"
#include "tsusb/blocking_thread.h"
#include "tsusb/completion_queue.h"
#include "tsusb/outbox.h"

namespace tsusb::libusb1 {

// A line of libusb's log.
struct LogLine {
  int level;
  std::string text;
};
// A device that came.
struct Plugged {
  DeviceRecord record;
};
// A device that was there already, for JS to know it when it is listed.
struct Known {
  DeviceRecord record;
};
struct Unplugged {
  uint32_t id;
};
using Event = std::variant<LogLine, Plugged, Known, Unplugged>;

// Of the devices of one listing, those that JS does not have yet come with a record.
struct Listing {
  std::vector<uint32_t> ids;
  std::vector<DeviceRecord> added;
};
using Result = std::variant<Listing, DeviceRecord, std::vector<uint8_t>>;

// One libusb_context with its event thread, its thread for blocking calls, its devices, and the queue that
// brings everything to JS: what one backend object stands on. Owned by the environment's table; calls in
// flight share it. Methods are for the JS thread unless they say otherwise.
class Context : public std::enable_shared_from_this<Context>, private LogSink {
 public:
  Context(std::shared_ptr<const Library> library, std::shared_ptr<CompletionQueue> queue);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const std::shared_ptr<const Library>& library() const { return library_; }
  const std::shared_ptr<CompletionQueue>& queue() const { return queue_; }
  abi::libusb_context* get() const { return context_; }
  DeviceTable& devices() { return devices_; }

  // --- blocking calls, on the context's thread; each ends the operation `id` ---
  // `log_level` -1 leaves the library's own.
  void Init(int32_t id, int log_level, bool log);
  void List(int32_t id);
  void Parent(int32_t id, std::shared_ptr<Device> device);
  void Configuration(int32_t id, std::shared_ptr<Device> device, uint8_t index);
  void StartWatch(int32_t id);
  void StopWatch(int32_t id);
  // Ends watch, event thread, devices and libusb's context. Every handle must be freed.
  void Exit(int32_t id);
  // Whether Exit() was called: nothing else may be any more.
  bool is_ending() const { return is_ending_; }

  // Results of operations, and events, until JS takes them.
  Outbox<Result, Event>& outbox() { return outbox_; }

  // The event thread runs from the first handle or watch on. False if the system has no thread to give.
  bool NeedEvents();

  // Ends everything at the end of the environment, waiting no longer than `deadline` for what hangs. The
  // handles must be shut down. False if something was left behind; then nothing may be freed.
  bool Shutdown(std::chrono::steady_clock::time_point deadline);

  // Transfers that libusb has. Any thread.
  int transfers_in_flight() const { return in_flight_; }

  // --- for handles ---
  void TransferBegins() {
    ++in_flight_;
    queue_->Begin();
  }
  void TransferNotBegun() {
    --in_flight_;
    queue_->Retract();
  }
  // Ends a transfer that is about to be submitted after so many milliseconds. What libusb itself has to see
  // to: 0, or all of it.
  unsigned int LimitTime(Slot& slot, unsigned int timeout_ms);
  // Any thread. Whether a transfer that has ended, or was not submitted, was ended by LimitTime().
  bool WasOverdue(Slot& slot) { return deadlines_.Remove(slot); }
  void StreamTransferBegins() { ++in_flight_; }
  void StreamTransferEnded() { --in_flight_; }
  // Any thread. Ends an operation together with all that libusb is about to tell: one wake for everything.
  void Tell(const Completion& completion);
  // Begins the operation `id` of a job, and ends it at once if that could not be posted.
  void Begun(int32_t id, bool posted);
  // Any thread. `last`: nothing else is in flight on that endpoint.
  void TransferEnded(const Completion& completion, bool last);
  // Any thread but JS's. The record of a device.
  DeviceRecord RecordOf(const Device& device) const { return DescribeDevice(*library_, device); }

 private:
  void OnLog(int level, const char* text) override;
  static int TSUSB_LIBUSB_CALL OnHotplug(abi::libusb_context*, abi::libusb_device* device, int event,
                                         void* user_data);

  void Call(int32_t id, std::function<int()> call);
  void Post(int32_t id, std::function<void()> job) { Begun(id, thread_.Post(std::move(job))); }

  // These run on the context's thread.
  int InitNow(int log_level, bool log);
  int ListNow(Listing* listing);
  void HotplugNow(const std::shared_ptr<Device>& device, int event);
  int StartWatchNow();
  void StopWatchNow();
  void ExitNow(std::chrono::steady_clock::time_point deadline);

  const std::shared_ptr<const Library> library_;
  const std::shared_ptr<CompletionQueue> queue_;
  abi::libusb_context* context_ = nullptr;
  DeviceTable devices_;
  std::mutex events_mutex_;
  std::unique_ptr<EventThread> events_;
  bool is_ending_ = false;
  // Context's thread only.
  bool is_logging_ = false;
  bool is_left_behind_ = false;
  bool watching_ = false;
  int watch_handle_ = 0;

  std::atomic<int> in_flight_{0};
  Deadlines deadlines_;
  // Completions pushed since the last wake.
  std::atomic<int> unwoken_{0};

  Outbox<Result, Event> outbox_;

  BlockingThread thread_;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_CONTEXT_H_
