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
#include "tsusb/start_thread.h"

namespace tsusb {

// One thread of our own for a library's blocking calls, one for each handle and one for each backend. Jobs
// run one after another, in the order of Post(), and throw nothing. The thread starts with the first job.
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

  // Queues a job. Any thread. False, and the job is dropped, after Stop() or if the system has no thread.
  bool Post(Job job) {
    {
      std::lock_guard<std::mutex> lock(state_->mutex);
      if (state_->stopping || !Queue(std::move(job))) return false;
    }
    // Not with the lock: where both share a processor, the thread would run into it and have to come back.
    state_->changed.notify_one();
    return true;
  }

  // Queues a call whose result settles the operation `id` of `queue`, which begins here; `refused` settles it
  // if the call cannot be queued. JS thread.
  void Call(std::shared_ptr<CompletionQueue> queue, int32_t id, int refused, std::function<int()> call) {
    const bool queued = Post([queue, id, call = std::move(call)] { queue->PushAndWake({id, call(), 0}); });
    // Not before: nothing is pending if Post() throws, and nothing is delivered before JS returns.
    queue->Begin();
    if (!queued) queue->PushAndWake({id, refused, 0});
  }

  // Drops the jobs that have not begun, waits for the one that has, runs `last` if there is one, and ends the
  // thread. Gives false, and leaves the thread to itself, if it has not come that far at `deadline`, or if
  // there is no thread for `last`. Idempotent; only the first call's `last` counts. Not from a job.
  bool Stop(std::chrono::steady_clock::time_point deadline, Job last = {}) {
    std::deque<Job> dropped;  // Outlives the lock: what the jobs own may want it.
    std::unique_lock<std::mutex> lock(state_->mutex);
    if (!state_->stopping) {
      state_->stopping = true;
      dropped.swap(state_->jobs);
      if (last && !Queue(std::move(last))) left_behind_ = true;
      state_->changed.notify_all();
    }
    if (!thread_.joinable()) return !left_behind_;
    const bool ended =
        state_->changed.wait_until(lock, deadline, [this] { return !state_->busy && state_->jobs.empty(); });
    lock.unlock();
    if (ended) {
      thread_.join();
      return !left_behind_;
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

  // With the lock held.
  bool Queue(Job job) {
    if (!thread_.joinable() && !StartThread(&thread_, &BlockingThread::Run, state_)) return false;
    state_->jobs.push_back(std::move(job));
    return true;
  }

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
      if (state->stopping) state->changed.notify_all();
    }
  }

  std::shared_ptr<State> state_;
  std::thread thread_;
  bool left_behind_ = false;
};

}  // namespace tsusb

#endif  // TSUSB_BLOCKING_THREAD_H_
