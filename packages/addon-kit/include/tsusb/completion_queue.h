#ifndef TSUSB_COMPLETION_QUEUE_H_
#define TSUSB_COMPLETION_QUEUE_H_

#include <napi.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace tsusb {

// One thing that ended on another thread. What the three numbers mean is between producer and dispatcher.
struct Completion {
  int32_t id;
  int32_t status;
  int32_t length;
};

// Carries completions from any thread to one JS function: many completions, one wake, one call.
//
// The dispatcher is called with a count and finds that many (id, status, length) triples in the Int32Array
// that triples() gave. Completions keep the order in which they were pushed.
//
// It keeps the process alive while operations are pending: Begin() when one starts, and a completion whose
// `id` is not kNotice when it ends. uv_ref and uv_unref happen at the edges only.
//
// Owned by shared_ptr, since a producer may outlive the environment: after Close() it is deaf. Push() and
// Wake() run on any thread, all else on the JS thread.
class CompletionQueue : public std::enable_shared_from_this<CompletionQueue> {
 public:
  // Completions with this id end no operation: they only say that there is something to fetch.
  static constexpr int32_t kNotice = -1;

  // Calls `dispatcher(count)` whenever something was pushed.
  CompletionQueue(Napi::Env env, Napi::Function dispatcher)
      : env_(env),
        dispatcher_(Napi::Persistent(dispatcher)),
        context_(std::make_unique<Napi::AsyncContext>(env, "tsusb")),
        async_(new Async) {
    auto triples = Napi::Int32Array::New(env, kBatch * 3);
    table_ = triples.Data();
    triples_ = Napi::Persistent(triples);
    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(env, &loop);
    uv_async_init(loop, &async_->handle, [](uv_async_t* handle) {
      auto* queue = reinterpret_cast<Async*>(handle)->queue;
      if (queue != nullptr) queue->shared_from_this()->Drain();
    });
    async_->queue = this;
    uv_unref(reinterpret_cast<uv_handle_t*>(&async_->handle));
  }

  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;

  // Where the dispatcher finds its completions. Internal to the addon's TypeScript: never to be transferred.
  Napi::Int32Array triples() const { return triples_.Value(); }

  // Counts an operation that will end in a completion.
  void Begin() {
    if (active_++ == 0) uv_ref(reinterpret_cast<uv_handle_t*>(&async_->handle));
  }

  // Takes a Begin() back, for what could not be started.
  void Retract() { End(1); }

  // Adds a completion without waking anybody.
  void Push(const Completion& completion) {
    std::lock_guard<std::mutex> lock(mutex_);
    pushed_.push_back(completion);
  }

  // Makes the JS thread come, soon and once, for all that was pushed.
  void Wake() {
    // Not mutex_: a JS thread that this wakes at once would run into it and have to come back.
    std::lock_guard<std::mutex> lock(wake_mutex_);
    if (async_ != nullptr) uv_async_send(&async_->handle);
  }

  void PushAndWake(const Completion& completion) {
    Push(completion);
    Wake();
  }

  // Ends it; what was not delivered is dropped. `closed` is called when libuv has let go. Idempotent.
  void Close(std::function<void()> closed = {}) {
    Async* async = nullptr;
    {
      std::lock_guard<std::mutex> lock(wake_mutex_);
      async = std::exchange(async_, nullptr);
    }
    if (async == nullptr) {
      if (closed) closed();
      return;
    }
    async->queue = nullptr;
    async->closed = std::move(closed);
    dispatcher_.Reset();
    triples_.Reset();
    context_.reset();
    uv_close(reinterpret_cast<uv_handle_t*>(&async->handle), [](uv_handle_t* handle) {
      const std::unique_ptr<Async> owned(reinterpret_cast<Async*>(handle));
      if (owned->closed) owned->closed();
    });
  }

 private:
  // Lives until libuv has closed the handle, which may be after the queue.
  struct Async {
    uv_async_t handle;  // First: libuv gives its address back.
    CompletionQueue* queue = nullptr;
    std::function<void()> closed;
  };

  static constexpr size_t kBatch = 256;

  void End(int count) {
    active_ -= count;
    if (active_ == 0 && count > 0 && async_ != nullptr) {
      uv_unref(reinterpret_cast<uv_handle_t*>(&async_->handle));
    }
  }

  // Shared by its caller: what the dispatcher runs may close the queue and give up the last owner's share.
  void Drain() {
    // Only what is here now: what is pushed meanwhile has its own wake, so timers and sockets get their turn.
    drained_.clear();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      drained_.swap(pushed_);
    }
    const Napi::HandleScope scope(env_);
    for (size_t at = 0; at < drained_.size() && async_ != nullptr; at += kBatch) {
      const size_t count = std::min(kBatch, drained_.size() - at);
      int ended = 0;
      for (size_t i = 0; i < count; ++i) {
        const Completion& completion = drained_[at + i];
        table_[i * 3] = completion.id;
        table_[i * 3 + 1] = completion.status;
        table_[i * 3 + 2] = completion.length;
        if (completion.id != kNotice) ++ended;
      }
      End(ended);
      Dispatch(count);
    }
  }

  void Dispatch(size_t count) {
    napi_value argument;
    if (napi_create_uint32(env_, static_cast<uint32_t>(count), &argument) != napi_ok) return;
    napi_value receiver;
    if (napi_get_global(env_, &receiver) != napi_ok) return;
    napi_value result;
    // A failure means that the environment is ending, or that the dispatcher threw, which node then reports.
    const napi_status status =
        napi_make_callback(env_, *context_, receiver, dispatcher_.Value(), 1, &argument, &result);
    if (status == napi_pending_exception) {
      napi_value exception;
      napi_get_and_clear_last_exception(env_, &exception);
      napi_fatal_exception(env_, exception);
    }
  }

  Napi::Env env_;
  Napi::FunctionReference dispatcher_;
  Napi::Reference<Napi::Int32Array> triples_;
  std::unique_ptr<Napi::AsyncContext> context_;
  int32_t* table_ = nullptr;
  int active_ = 0;
  std::vector<Completion> drained_;

  std::mutex mutex_;
  std::vector<Completion> pushed_;

  std::mutex wake_mutex_;
  Async* async_;
};

}  // namespace tsusb

#endif  // TSUSB_COMPLETION_QUEUE_H_
