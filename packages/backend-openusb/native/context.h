#ifndef TSUSB_OPENUSB_CONTEXT_H_
#define TSUSB_OPENUSB_CONTEXT_H_

#include <napi.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "device.h"
#include "events.h"
#include "library.h"
#include "log.h"
#include "tsusb/blocking_thread.h"
#include "tsusb/completion_queue.h"
#include "tsusb/outbox.h"
#include "tsusb/timer_thread.h"

namespace tsusb::openusb {

class Handle;

// A line of the library's log.
struct LogLine {
  std::string text;
};
// A device that came.
struct Plugged {
  std::shared_ptr<const Device> device;
};
// A device that was there already, for JS to know it when it is listed.
struct Known {
  std::shared_ptr<const Device> device;
};
struct Unplugged {
  uint32_t id;
};
using Event = std::variant<LogLine, Plugged, Known, Unplugged>;

// Of the devices of one listing, those that JS does not have yet come with all that is known.
struct Listing {
  std::vector<uint32_t> ids;
  std::vector<std::shared_ptr<const Device>> added;
};

// One openusb_handle_t with its thread for blocking calls, its timers, its devices, and the queue that brings
// everything to JS: what one backend object stands on. Owned by the environment's table; calls in flight
// share it. Methods are for the JS thread unless they say otherwise.
class Context : public std::enable_shared_from_this<Context>, private EventSink, private LogSink {
 public:
  Context(std::shared_ptr<const Library> library, std::shared_ptr<CompletionQueue> queue);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const std::shared_ptr<const Library>& library() const { return library_; }
  const std::shared_ptr<CompletionQueue>& queue() const { return queue_; }
  const std::shared_ptr<TimerThread>& timers() const { return timers_; }
  abi::openusb_handle_t handle() const { return handle_; }
  DeviceTable& devices() { return devices_; }

  // --- blocking calls, on the context's thread; each ends the operation `id` ---
  // `log_level` -1 leaves the library's own.
  void Init(int32_t id, int log_level, bool log);
  void List(int32_t id);
  void StartWatch(int32_t id);
  void StopWatch(int32_t id);
  // Ends watch and log, and the library's handle. Every handle must be freed.
  void Exit(int32_t id);
  // Whether Exit() was called: nothing else may be any more.
  bool is_ending() const { return is_ending_; }

  // Results of operations, and events, until JS takes them.
  Outbox<Listing, Event>& outbox() { return outbox_; }

  // Has the handle told when its device goes.
  void Add(std::weak_ptr<Handle> handle);

  // A call hangs in the library, which is then neither ended nor unloaded. Any thread.
  void LeaveBehind() { is_left_behind_ = true; }

  // Ends everything at the end of the environment, waiting no longer than `deadline` for what hangs. The
  // handles must be shut down. False if something was left behind; then nothing may be freed.
  bool Shutdown(std::chrono::steady_clock::time_point deadline);

 private:
  void OnDevice(abi::openusb_devid_t device, int32_t event) override;
  void OnLog(const char* text) override;

  void Call(int32_t id, std::function<int32_t()> call);

  // These run on the context's thread.
  int32_t InitNow(int log_level, bool log);
  int32_t ListNow(Listing* listing);
  void DeviceNow(abi::openusb_devid_t devid, int32_t event);
  int32_t StartWatchNow();
  void ExitNow();
  std::shared_ptr<const Device> Describe(abi::openusb_devid_t devid);
  void Gone(const Device& device);

  const std::shared_ptr<const Library> library_;
  const std::shared_ptr<CompletionQueue> queue_;
  const std::shared_ptr<TimerThread> timers_ = std::make_shared<TimerThread>();
  DeviceTable devices_;
  bool is_ending_ = false;
  std::atomic<bool> is_left_behind_{false};
  // Written on the context's thread before any operation can use it.
  abi::openusb_handle_t handle_ = 0;
  // Context's thread only.
  bool is_initialised_ = false;
  bool is_logging_ = false;
  bool watching_ = false;
  int64_t route_ = 0;

  std::mutex handles_mutex_;
  std::vector<std::weak_ptr<Handle>> handles_;

  Outbox<Listing, Event> outbox_;

  BlockingThread thread_;
};

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_CONTEXT_H_
