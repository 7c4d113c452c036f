#ifndef TSUSB_TIMER_THREAD_H_
#define TSUSB_TIMER_THREAD_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "tsusb/start_thread.h"

namespace tsusb {

// Tasks at their time, on a thread of our own: true to time while the JS thread is busy, and while a C
// library hangs, since nothing here calls one. Tasks must not block. The thread starts with the first one.
// Any thread.
class TimerThread {
 public:
  using Clock = std::chrono::steady_clock;
  using Task = std::function<void()>;

  TimerThread() : state_(std::make_shared<State>()) {}
  TimerThread(const TimerThread&) = delete;
  TimerThread& operator=(const TimerThread&) = delete;
  ~TimerThread() { Stop(); }

  // Runs `task` once, at `when` or soon after. Gives the number to Cancel() it by, or 0, and the task is
  // dropped, after Stop() or if the system has no thread.
  uint64_t At(Clock::time_point when, Task task) {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->stopping) return 0;
    if (!thread_.joinable() && !StartThread(&thread_, &TimerThread::Run, state_)) return 0;
    const uint64_t number = ++state_->last;
    const auto added = state_->tasks.emplace(Key(when, number), std::move(task)).first;
    state_->times.emplace(number, when);
    if (added == state_->tasks.begin()) state_->changed.notify_all();
    return number;
  }

  uint64_t After(Clock::duration delay, Task task) { return At(Clock::now() + delay, std::move(task)); }

  // Drops a task that has not begun. One that runs meanwhile is not waited for.
  void Cancel(uint64_t number) {
    Task dropped;  // Outlives the lock: what it owns may want it.
    std::lock_guard<std::mutex> lock(state_->mutex);
    const auto time = state_->times.find(number);
    if (time == state_->times.end()) return;
    const auto task = state_->tasks.find(Key(time->second, number));
    dropped = std::move(task->second);
    state_->tasks.erase(task);
    state_->times.erase(time);
  }

  // Drops what has not begun, and waits for the one that has, unless that is the caller. Idempotent.
  void Stop() {
    std::map<Key, Task> dropped;
    {
      std::lock_guard<std::mutex> lock(state_->mutex);
      state_->stopping = true;
      dropped.swap(state_->tasks);
      state_->times.clear();
      state_->changed.notify_all();
    }
    if (!thread_.joinable()) return;
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }

 private:
  // Tasks of one moment run in the order in which they were given.
  using Key = std::pair<Clock::time_point, uint64_t>;

  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<Key, Task> tasks;
    std::map<uint64_t, Clock::time_point> times;
    uint64_t last = 0;
    bool stopping = false;
  };

  static void Run(std::shared_ptr<State> state) {
    std::unique_lock<std::mutex> lock(state->mutex);
    while (!state->stopping) {
      if (state->tasks.empty()) {
        state->changed.wait(lock);
        continue;
      }
      const auto next = state->tasks.begin();
      const Clock::time_point when = next->first.first;
      if (Clock::now() < when) {
        state->changed.wait_until(lock, when);
        continue;
      }
      Task task = std::move(next->second);
      state->times.erase(next->first.second);
      state->tasks.erase(next);
      lock.unlock();
      task();
      task = nullptr;  // What it owned is released here, outside the lock.
      lock.lock();
    }
  }

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace tsusb

#endif  // TSUSB_TIMER_THREAD_H_
