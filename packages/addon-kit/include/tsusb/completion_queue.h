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
    const bool is_open = napi_get_uv_event_loop(env, &loop) == napi_ok &&
                         uv_async_init(loop, &async_->handle, &CompletionQueue::OnWake) == 0;
    if (!is_open) {
      delete std::exchange(async_, nullptr);
      throw Napi::Error::New(env, "uv_async_init failed");
    }
    async_->queue = this;
    uv_unref(reinterpret_cast<uv_handle_t*>(&async_->handle));
  }

  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;
  // On the JS thread, unless Close() has been called.
  ~CompletionQueue() {
    if (async_ == nullptr) return;
    async_->queue = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(async_), &CompletionQueue::OnClosed);
  }

  // Where the dispatcher finds its completions. Internal to the addon's TypeScript: never to be transferred.
  Napi::Int32Array triples() const { return triples_.Value(); }

  // Counts an operation that will end in a completion.
  void Begin() {
    if (active_++ == 0 && async_ != nullptr) uv_ref(reinterpret_cast<uv_handle_t*>(&async_->handle));
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

  // Ends it; what was not delivered is dropped. Calls `closed` when libuv has let go, which the end of the
  // environment must wait for. Idempotent: every `closed` is called.
  void Close(std::function<void()> closed) {
    Async* async = nullptr;
    {
      std::lock_guard<std::mutex> lock(wake_mutex_);
      async = std::exchange(async_, nullptr);
    }
    if (async != nullptr) {
      async->queue = nullptr;
      async->owner = shared_from_this();
      closing_ = async;
      uv_close(reinterpret_cast<uv_handle_t*>(async), &CompletionQueue::OnClosed);
      if (!dispatching_) Release();
    }
    if (closing_ == nullptr) return closed();
    closing_->closed.push_back(std::move(closed));
  }

 private:
  // Lives until libuv has closed the handle, which may be after the queue.
  struct Async {
    uv_async_t handle;  // First: libuv gives its address back.
    CompletionQueue* queue = nullptr;
    std::shared_ptr<CompletionQueue> owner;  // Only while it is being closed.
    std::vector<std::function<void()>> closed;
  };

  static constexpr size_t kBatch = 256;

  static void OnWake(uv_async_t* handle) {
    auto* queue = reinterpret_cast<Async*>(handle)->queue;
    if (queue != nullptr) queue->shared_from_this()->Drain();
  }

  static void OnClosed(uv_handle_t* handle) {
    const std::unique_ptr<Async> async(reinterpret_cast<Async*>(handle));
    if (async->owner != nullptr) async->owner->closing_ = nullptr;
    for (const auto& closed : async->closed) closed();
  }

  // Gives up what belongs to the environment.
  void Release() {
    dispatcher_.Reset();
    triples_.Reset();
    context_.reset();
  }

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
      dispatching_ = true;
      Dispatch(count);
      dispatching_ = false;
    }
    // Closed by what the dispatcher ran: not before it has returned.
    if (async_ == nullptr) Release();
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
  bool dispatching_ = false;
  Async* closing_ = nullptr;
  std::vector<Completion> drained_;

  std::mutex mutex_;
  std::vector<Completion> pushed_;

  std::mutex wake_mutex_;
  Async* async_;
};

}  // namespace tsusb

#endif  // TSUSB_COMPLETION_QUEUE_H_
