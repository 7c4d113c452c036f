#ifndef TSUSB_LIBUSB1_EVENTS_H_
#define TSUSB_LIBUSB1_EVENTS_H_

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "library.h"

namespace tsusb::libusb1 {

// Who calls handle_events: here, one thread for a context. Transfers' callbacks run on it. Another way of
// waiting would replace this class and nothing else.
class EventThread {
 public:
  // `after_events` runs on the thread whenever libusb's event handling has returned, and before the first
  // time; it tells how long the next one may wait. nullptr if the system has no thread to give.
  static std::unique_ptr<EventThread> Start(std::shared_ptr<const Library> library,
                                            abi::libusb_context* context,
                                            std::function<std::chrono::microseconds()> after_events);
  EventThread(const EventThread&) = delete;
  EventThread& operator=(const EventThread&) = delete;
  ~EventThread();

  // Whether the caller runs on it. Any thread.
  bool IsCurrent() const { return std::this_thread::get_id() == id_; }

  // Ends it. False if it hangs in libusb beyond `deadline`; then it is left behind, and what it uses must be
  // too. Idempotent.
  bool Stop(std::chrono::steady_clock::time_point deadline);

 private:
  struct State;
  explicit EventThread(std::shared_ptr<State> state) : state_(std::move(state)) {}
  static void Run(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
  std::thread thread_;
  std::thread::id id_;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_EVENTS_H_
