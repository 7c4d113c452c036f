#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "addon.h"

namespace tsusb::openusb {
namespace {

// openDevice(context: number, job: number, device: number): handle
Napi::Value OpenDevice(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id] = ReadArguments(info, Integer{"context"}, kJob, Integer{"device"});
  Context& context = UsableContextAt(info, id);
  auto device = context.devices().Find(device_id);
  auto handle = std::make_shared<Handle>(context.shared_from_this());
  const uint32_t handle_id = AddonOf<Addon>(info).handles.Add(handle);
  if (device == nullptr) {
    Refuse(*context.queue(), job, abi::OPENUSB_UNKNOWN_DEVICE);
  } else {
    handle->Open(JobId(job), std::move(device));
    context.Add(handle);
    // It may have gone before there was a handle to tell.
    if (context.devices().Find(device_id) == nullptr) handle->DeviceGone();
  }
  return Napi::Number::New(info.Env(), handle_id);
}

// setConfiguration(handle: number, job: number, value: number): void
void SetConfiguration(const Napi::CallbackInfo& info) {
  const auto [id, job, value] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"value", 1, 0xff});
  HandleAt(info, id).SetConfiguration(JobId(job), static_cast<uint8_t>(value));
}

// checkUnused(handle: number, job: number): void
void CheckUnused(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  HandleAt(info, id).CheckUnused(JobId(job));
}

// claimInterface(handle: number, job: number, number: number, configuration: number): void
void ClaimInterface(const Napi::CallbackInfo& info) {
  const auto [id, job, number, configuration] = ReadArguments(
      info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff}, Integer{"configuration", 0, 0xff});
  HandleAt(info, id).Claim(JobId(job), static_cast<uint8_t>(number), static_cast<uint8_t>(configuration));
}

// releaseInterface(handle: number, job: number, number: number): void
void ReleaseInterface(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  HandleAt(info, id).Release(JobId(job), static_cast<uint8_t>(number));
}

// setInterfaceAltSetting(handle: number, job: number, number: number, setting: number): void
void SetInterfaceAltSetting(const Napi::CallbackInfo& info) {
  const auto [id, job, number, setting] =
      ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff}, Integer{"setting", 0, 0xff});
  HandleAt(info, id).SetAltSetting(JobId(job), static_cast<uint8_t>(number), static_cast<uint8_t>(setting));
}

// resetDevice(handle: number, job: number): void
void ResetDevice(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  HandleAt(info, id).Reset(JobId(job));
}

}  // namespace

void ExportHandle(Exports& exports) {
  HandleExports<Addon, Handle>::AddTo(exports);
  exports.Add<&OpenDevice>("openDevice");
  exports.Add<&SetConfiguration>("setConfiguration");
  exports.Add<&CheckUnused>("checkUnused");
  exports.Add<&ClaimInterface>("claimInterface");
  exports.Add<&ReleaseInterface>("releaseInterface");
  exports.Add<&SetInterfaceAltSetting>("setInterfaceAltSetting");
  exports.Add<&ResetDevice>("resetDevice");
}

}  // namespace tsusb::openusb
