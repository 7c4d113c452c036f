#ifndef TSUSB_CONTEXT_EXPORTS_H_
#define TSUSB_CONTEXT_EXPORTS_H_

#include <napi.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "tsusb/arguments.h"
#include "tsusb/completion_queue.h"
#include "tsusb/environment.h"
#include "tsusb/exports.h"
#include "tsusb/handle_table.h"
#include "tsusb/jobs.h"
#include "tsusb/to_js.h"

namespace tsusb {

// Ends an operation that could not begin like any other: through the queue.
inline void Refuse(CompletionQueue& queue, int64_t job, int status) {
  queue.Begin();
  queue.PushAndWake({JobId(job), status, 0});
}

// What every addon over a C library exports of its contexts: what one backend object stands on. `Addon` has
// tables `contexts` and `handles`, `queues`, and kPatience, which is how long JS is kept waiting for a call
// that hangs. `Context` has List(), Exit(), Shutdown(), is_ending(), queue() and outbox(); a handle has
// context().
template <typename Addon, typename Context>
struct ContextExports {
  static Context& At(const Napi::CallbackInfo& info, int64_t id) {
    return Require(info, AddonOf<Addon>(info).contexts, id, "context");
  }

  // As At(), and it throws if its end has begun.
  static Context& UsableAt(const Napi::CallbackInfo& info, int64_t id) {
    Context& context = At(info, id);
    if (context.is_ending()) {
      throw Napi::RangeError::New(info.Env(), "context " + std::to_string(id) + " has ended");
    }
    return context;
  }

  // listDevices(context: number, job: number): void
  static void List(const Napi::CallbackInfo& info) {
    const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
    UsableAt(info, id).List(JobId(job));
  }

  // takeResult(context: number, job: number): what the operation delivered, or undefined
  static Napi::Value TakeResult(const Napi::CallbackInfo& info) {
    const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
    return ToJs(info.Env(), At(info, id).outbox().TakeResult(JobId(job)));
  }

  // takeEvents(context: number): NativeEvent[]
  static Napi::Value TakeEvents(const Napi::CallbackInfo& info) {
    const auto [id] = ReadArguments(info, Integer{"context"});
    const auto events = At(info, id).outbox().TakeEvents();
    auto array = Napi::Array::New(info.Env(), events.size());
    for (uint32_t i = 0; i < events.size(); ++i) array[i] = ToJs(info.Env(), events[i]);
    return array;
  }

  // exitContext(context: number, job: number): void. Every handle must be freed.
  static void Exit(const Napi::CallbackInfo& info) {
    const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
    Context& context = UsableAt(info, id);
    RequireNoHandle(info, context);
    context.Exit(JobId(job));
  }

  // freeContext(context: number): void. After exitContext.
  static void Free(const Napi::CallbackInfo& info) {
    const auto [id] = ReadArguments(info, Integer{"context"});
    Addon& addon = AddonOf<Addon>(info);
    RequireNoHandle(info, At(info, id));
    const std::shared_ptr<Context> context = addon.contexts.Share(id);
    addon.contexts.Remove(id);
    if (!context->Shutdown(std::chrono::steady_clock::now() + Addon::kPatience)) {
      new std::shared_ptr<Context>(context);
    }
    addon.queues.Close(context->queue());
  }

  static void AddTo(Exports& exports) {
    exports.Add<&List>("listDevices");
    exports.Add<&TakeResult>("takeResult");
    exports.Add<&Exit>("exitContext");
    exports.Add<&Free>("freeContext");
  }

 private:
  // What still has a device of the context open would be closed behind the library's back.
  static void RequireNoHandle(const Napi::CallbackInfo& info, const Context& context) {
    for (const auto& [id, handle] : AddonOf<Addon>(info).handles.all()) {
      if (&handle->context() == &context) {
        throw Napi::RangeError::New(info.Env(),
                                    "handle " + std::to_string(id) + " of the context is not freed");
      }
    }
  }
};

}  // namespace tsusb

#endif  // TSUSB_CONTEXT_EXPORTS_H_
