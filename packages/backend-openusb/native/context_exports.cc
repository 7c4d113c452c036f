#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "addon.h"
#include "convert.h"

namespace tsusb::openusb {
namespace {

// What still has a device of the context open would be closed behind the library's back.
void RequireNoHandle(const Napi::CallbackInfo& info, const Context& context) {
  for (const auto& [id, handle] : AddonOf<Addon>(info).handles.all()) {
    if (&handle->context() == &context) {
      throw Napi::RangeError::New(info.Env(),
                                  "handle " + std::to_string(id) + " of the context is not freed");
    }
  }
}

// createContext(library: number, dispatcher: (count: number) => void): [context: number, triples: Int32Array]
Napi::Value CreateContext(const Napi::CallbackInfo& info) {
  const auto [id, dispatcher] = ReadArguments(info, Integer{"library"}, Callback{"dispatcher"});
  const auto library = AddonOf<Addon>(info).libraries.Share(id);
  if (library == nullptr || !library->missing().empty()) {
    throw Napi::RangeError::New(info.Env(), "library " + std::to_string(id) + " is no OpenUSB 1.x");
  }
  auto queue = std::make_shared<CompletionQueue>(info.Env(), dispatcher);
  auto result = Napi::Array::New(info.Env(), 2);
  result[1u] = queue->triples();
  AddonOf<Addon>(info).queues.Add(queue);
  result[0u] = AddonOf<Addon>(info).contexts.Add(std::make_shared<Context>(library, std::move(queue)));
  return result;
}

// initContext(context: number, job: number, logLevel: number, log: boolean): void
void InitContext(const Napi::CallbackInfo& info) {
  const auto [id, job, level, log] =
      ReadArguments(info, Integer{"context"}, kJob, Integer{"logLevel", -1, 4}, Boolean{"log"});
  Context& context = UsableContextAt(info, id);
  context.Init(JobId(job), static_cast<int>(level), log);
}

// listDevices(context: number, job: number): void
void ListDevices(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = UsableContextAt(info, id);
  context.List(JobId(job));
}

// startWatch(context: number, job: number): void
void StartWatch(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = UsableContextAt(info, id);
  context.StartWatch(JobId(job));
}

// stopWatch(context: number, job: number): void
void StopWatch(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = UsableContextAt(info, id);
  context.StopWatch(JobId(job));
}

// takeResult(context: number, job: number): NativeListing | undefined
Napi::Value TakeResult(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  return ToJs(info.Env(), ContextAt(info, id).outbox().TakeResult(JobId(job)));
}

// takeEvents(context: number): NativeEvent[]
Napi::Value TakeEvents(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"context"});
  const auto events = ContextAt(info, id).outbox().TakeEvents();
  auto array = Napi::Array::New(info.Env(), events.size());
  for (uint32_t i = 0; i < events.size(); ++i) array[i] = ToJs(info.Env(), events[i]);
  return array;
}

// exitContext(context: number, job: number): void. Every handle must be freed.
void ExitContext(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = UsableContextAt(info, id);
  RequireNoHandle(info, context);
  context.Exit(JobId(job));
}

// freeContext(context: number): void. After exitContext.
void FreeContext(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"context"});
  Addon& addon = AddonOf<Addon>(info);
  RequireNoHandle(info, ContextAt(info, id));
  const std::shared_ptr<Context> context = addon.contexts.Share(id);
  addon.contexts.Remove(id);
  if (!context->Shutdown(std::chrono::steady_clock::now() + kPatience)) new std::shared_ptr<Context>(context);
  addon.queues.Close(context->queue());
}

}  // namespace

void ExportContext(Exports& exports) {
  exports.Add<&CreateContext>("createContext");
  exports.Add<&InitContext>("initContext");
  exports.Add<&ListDevices>("listDevices");
  exports.Add<&StartWatch>("startWatch");
  exports.Add<&StopWatch>("stopWatch");
  exports.Add<&TakeResult>("takeResult");
  exports.Add<&TakeEvents>("takeEvents");
  exports.Add<&ExitContext>("exitContext");
  exports.Add<&FreeContext>("freeContext");
}

}  // namespace tsusb::openusb
