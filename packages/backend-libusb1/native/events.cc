#include "events.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "tsusb/pin_module.h"
#include "tsusb/start_thread.h"

namespace tsusb::libusb1 {
namespace {

// Without libusb_interrupt_event_handler (before 1.0.21) nothing else ends the wait.
constexpr std::chrono::microseconds kBlindWait = std::chrono::milliseconds(50);
constexpr std::chrono::microseconds kSecond = std::chrono::seconds(1);
// After every error but the first of a row, so that a persistent one does not occupy a processor.
constexpr auto kPauseAfterError = std::chrono::milliseconds(10);

}  // namespace

struct EventThread::State {
  std::shared_ptr<const Library> library;
  abi::libusb_context* context;
  std::function<std::chrono::microseconds()> after_events;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  bool ended = false;
};

std::unique_ptr<EventThread> EventThread::Start(std::shared_ptr<const Library> library,
                                                abi::libusb_context* context,
                                                std::function<std::chrono::microseconds()> after_events) {
  auto state = std::make_shared<State>();
  state->library = std::move(library);
  state->context = context;
  state->after_events = std::move(after_events);
  // The thread waits for this lock, so that id_ is there before any callback asks for it.
  std::lock_guard<std::mutex> lock(state->mutex);
  std::unique_ptr<EventThread> events(new EventThread(state));
  if (!StartThread(&events->thread_, &EventThread::Run, state)) return nullptr;
  events->id_ = events->thread_.get_id();
  return events;
}

EventThread::~EventThread() { Stop(std::chrono::steady_clock::now()); }

bool EventThread::Stop(std::chrono::steady_clock::time_point deadline) {
  if (!thread_.joinable()) return true;
  std::unique_lock<std::mutex> lock(state_->mutex);
  state_->stopping = true;
  // Sticky: it also ends a wait that begins after this call.
  if (state_->library->interrupt_event_handler != nullptr) {
    state_->library->interrupt_event_handler(state_->context);
  }
  const bool ended = state_->changed.wait_until(lock, deadline, [this] { return state_->ended; });
  lock.unlock();
  if (ended) {
    thread_.join();
    return true;
  }
  PinModule(reinterpret_cast<const void*>(&EventThread::Run));
  thread_.detach();
  return false;
}

void EventThread::Run(std::shared_ptr<State> state) {
  const Library& library = *state->library;
  std::unique_lock<std::mutex> lock(state->mutex);
  int errors = 0;
  std::chrono::microseconds wait = state->after_events();
  while (!state->stopping) {
    lock.unlock();
    if (library.interrupt_event_handler == nullptr) wait = std::min(wait, kBlindWait);
    timeval timeout{};
    timeout.tv_sec = static_cast<decltype(timeout.tv_sec)>(wait.count() / kSecond.count());
    timeout.tv_usec = static_cast<decltype(timeout.tv_usec)>(wait.count() % kSecond.count());
    const int status = library.handle_events_timeout_completed(state->context, &timeout, nullptr);
    wait = state->after_events();
    // An error is not fatal: libusb goes on with the next call (EINTR, a device that vanished).
    errors = status < 0 ? errors + 1 : 0;
    if (errors > 1) std::this_thread::sleep_for(kPauseAfterError);
    lock.lock();
  }
  state->ended = true;
  state->changed.notify_all();
}

}  // namespace tsusb::libusb1
