#ifndef TSUSB_BLOCKING_THREAD_H_
#define TSUSB_BLOCKING_THREAD_H_

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "tsusb/completion_queue.h"
#include "tsusb/pin_module.h"

namespace tsusb {

// One thread of our own for a library's blocking calls, one for each handle and one for each backend. Jobs
// run one after another, in the order of Post(). The thread starts with the first job.
//
// A job owns what it uses (shared_ptr by value): if the environment ends while a call hangs in the C
// library, the thread is left behind with its job, and the addon stays loaded for it.
class BlockingThread {
 public:
  using Job = std::function<void()>;

  BlockingThread() : state_(std::make_shared<State>()) {}
  BlockingThread(const BlockingThread&) = delete;
  BlockingThread& operator=(const BlockingThread&) = delete;
  ~BlockingThread() { Stop(std::chrono::steady_clock::now()); }

  // Queues a job. Any thread. After Stop() it is dropped.
  void Post(Job job) {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->stopping) return;
    state_->jobs.push_back(std::move(job));
    if (!thread_.joinable()) thread_ = std::thread(&BlockingThread::Run, state_);
    state_->changed.notify_all();
  }

  // Queues a call whose result settles the operation `id` of `queue`, which the caller has begun there.
  void Call(std::shared_ptr<CompletionQueue> queue, int32_t id, std::function<int()> call) {
    Post([queue = std::move(queue), id, call = std::move(call)] { queue->PushAndWake({id, call(), 0}); });
  }

  // Drops the jobs that have not begun, waits for the one that has, and ends the thread. Gives false, and
  // leaves the thread to itself, if that job is still running at `deadline`. Idempotent. Not from a job.
  bool Stop(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock<std::mutex> lock(state_->mutex);
    state_->stopping = true;
    std::deque<Job> dropped = std::move(state_->jobs);
    state_->jobs.clear();
    state_->changed.notify_all();
    if (!thread_.joinable()) return !left_behind_;
    const bool ended = state_->changed.wait_until(lock, deadline, [this] { return !state_->busy; });
    lock.unlock();
    if (ended) {
      thread_.join();
      return true;
    }
    PinModule(reinterpret_cast<const void*>(&BlockingThread::Run));
    thread_.detach();
    left_behind_ = true;
    return false;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Job> jobs;
    bool busy = false;
    bool stopping = false;
  };

  static void Run(std::shared_ptr<State> state) {
    std::unique_lock<std::mutex> lock(state->mutex);
    for (;;) {
      state->changed.wait(lock, [&] { return state->stopping || !state->jobs.empty(); });
      if (state->jobs.empty()) return;
      Job job = std::move(state->jobs.front());
      state->jobs.pop_front();
      state->busy = true;
      lock.unlock();
      job();
      job = nullptr;  // What it owned is released here, outside the lock.
      lock.lock();
      state->busy = false;
      state->changed.notify_all();
    }
  }

  std::shared_ptr<State> state_;
  std::thread thread_;
  bool left_behind_ = false;
};

}  // namespace tsusb

#endif  // TSUSB_BLOCKING_THREAD_H_
