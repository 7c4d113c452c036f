#include <memory>
#include <string>
#include <utility>

#include "addon.h"
#include "convert.h"

namespace tsusb::libusb1 {
namespace {

// createContext(library: number, dispatcher: (count: number) => void): [context: number, triples: Int32Array]
Napi::Value CreateContext(const Napi::CallbackInfo& info) {
  const auto [id, dispatcher] = ReadArguments(info, Integer{"library"}, Callback{"dispatcher"});
  const auto library = AddonOf<Addon>(info).libraries.Share(id);
  if (library == nullptr || !library->missing().empty()) {
    throw Napi::RangeError::New(info.Env(), "library " + std::to_string(id) + " is no libusb 1.0");
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

// parentOf(context: number, job: number, device: number): void
void ParentOf(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id] = ReadArguments(info, Integer{"context"}, kJob, Integer{"device"});
  Context& context = UsableContextAt(info, id);
  auto device = context.devices().Find(device_id);
  if (device == nullptr) return Refuse(*context.queue(), job, abi::LIBUSB_ERROR_NO_DEVICE);
  context.Parent(JobId(job), std::move(device));
}

// configurationOf(context: number, job: number, device: number, index: number): void
void ConfigurationOf(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id, index] =
      ReadArguments(info, Integer{"context"}, kJob, Integer{"device"}, Integer{"index", 0, 0xff});
  Context& context = UsableContextAt(info, id);
  auto device = context.devices().Find(device_id);
  if (device == nullptr) return Refuse(*context.queue(), job, abi::LIBUSB_ERROR_NO_DEVICE);
  context.Configuration(JobId(job), std::move(device), static_cast<uint8_t>(index));
}

}  // namespace

void ExportContext(Exports& exports) {
  ContextExports<Addon, Context>::AddTo(exports);
  exports.Add<&ContextExports<Addon, Context>::TakeEvents>("takeEvents");
  exports.Add<&CreateContext>("createContext");
  exports.Add<&InitContext>("initContext");
  exports.Add<&StartWatch>("startWatch");
  exports.Add<&StopWatch>("stopWatch");
  exports.Add<&ParentOf>("parentOf");
  exports.Add<&ConfigurationOf>("configurationOf");
}

}  // namespace tsusb::libusb1
