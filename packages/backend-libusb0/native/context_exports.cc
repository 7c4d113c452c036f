#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "addon.h"
#include "convert.h"

namespace tsusb::libusb0 {
namespace {

// What still has a device of the context open would be closed behind libusb's back.
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
    throw Napi::RangeError::New(info.Env(), "library " + std::to_string(id) + " is no libusb 0.1");
  }
  auto queue = std::make_shared<CompletionQueue>(info.Env(), dispatcher);
  auto result = Napi::Array::New(info.Env(), 2);
  result[1u] = queue->triples();
  AddonOf<Addon>(info).queues.Add(queue);
  result[0u] = AddonOf<Addon>(info).contexts.Add(std::make_shared<Context>(library, std::move(queue)));
  return result;
}

// initContext(context: number, job: number, logLevel: number): void
void InitContext(const Napi::CallbackInfo& info) {
  const auto [id, job, level] = ReadArguments(info, Integer{"context"}, kJob, Integer{"logLevel", -1, 4});
  Context& context = UsableContextAt(info, id);
  context.Init(JobId(job), static_cast<int>(level));
}

// listDevices(context: number, job: number): void
void ListDevices(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = UsableContextAt(info, id);
  context.List(JobId(job));
}

// configurationOf(context: number, job: number, device: number, index: number): void
void ConfigurationOf(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id, index] =
      ReadArguments(info, Integer{"context"}, kJob, Integer{"device"}, Integer{"index", 0, 0xff});
  Context& context = UsableContextAt(info, id);
  auto device = context.devices().Find(device_id);
  if (device == nullptr) return Refuse(context, job, -ENODEV);
  context.Configuration(JobId(job), std::move(device), static_cast<uint8_t>(index));
}

// takeResult(context: number, job: number): NativeListing | Uint8Array | string | undefined
Napi::Value TakeResult(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  return ToJs(info.Env(), ContextAt(info, id).outbox().TakeResult(JobId(job)));
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
  exports.Add<&ConfigurationOf>("configurationOf");
  exports.Add<&TakeResult>("takeResult");
  exports.Add<&ExitContext>("exitContext");
  exports.Add<&FreeContext>("freeContext");
}

}  // namespace tsusb::libusb0
