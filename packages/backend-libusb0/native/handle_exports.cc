#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "addon.h"

namespace tsusb::libusb0 {
namespace {

// openDevice(context: number, job: number, device: number): handle
Napi::Value OpenDevice(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id] = ReadArguments(info, Integer{"context"}, kJob, Integer{"device"});
  Context& context = UsableContextAt(info, id);
  auto device = context.devices().Find(device_id);
  auto handle = std::make_shared<Handle>(context.shared_from_this());
  const uint32_t handle_id = AddonOf<Addon>(info).handles.Add(handle);
  if (device == nullptr) {
    Refuse(*context.queue(), job, -ENODEV);
  } else {
    handle->Open(JobId(job), std::move(device));
  }
  return Napi::Number::New(info.Env(), handle_id);
}

// getConfiguration(handle: number, job: number): void. The operation's status is the value.
void GetConfiguration(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  HandleAt(info, id).GetConfiguration(JobId(job));
}

// setConfiguration(handle: number, job: number, value: number): void. 0 unconfigures.
void SetConfiguration(const Napi::CallbackInfo& info) {
  const auto [id, job, value] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"value", 0, 0xff});
  HandleAt(info, id).SetConfiguration(JobId(job), static_cast<int>(value));
}

// claimInterface(handle: number, job: number, number: number): void
void ClaimInterface(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  HandleAt(info, id).Claim(JobId(job), static_cast<int>(number));
}

// releaseInterface(handle: number, job: number, number: number): void
void ReleaseInterface(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  HandleAt(info, id).Release(JobId(job), static_cast<int>(number));
}

// setInterfaceAltSetting(handle: number, job: number, number: number, setting: number): void
void SetInterfaceAltSetting(const Napi::CallbackInfo& info) {
  const auto [id, job, number, setting] =
      ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff}, Integer{"setting", 0, 0xff});
  HandleAt(info, id).SetAltSetting(JobId(job), static_cast<int>(number), static_cast<int>(setting));
}

// clearHalt(handle: number, job: number, endpoint: number): void
void ClearHalt(const Napi::CallbackInfo& info) {
  const auto [id, job, endpoint] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"endpoint", 0, 0xff});
  HandleAt(info, id).Call(
      JobId(job), [endpoint = static_cast<unsigned int>(endpoint)](const auto& library, auto* handle) {
        return library.clear_halt(handle, endpoint);
      });
}

// resetDevice(handle: number, job: number): void
void ResetDevice(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  HandleAt(info, id).Reset(JobId(job));
}

// driverOf(handle: number, job: number, number: number): void. The operation's result is a string.
void DriverOf(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  HandleAt(info, id).Driver(JobId(job), static_cast<int>(number));
}

// detachDriver(handle: number, job: number, number: number): void
void DetachDriver(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  HandleAt(info, id).Call(JobId(job), [number = static_cast<int>(number)](const auto& library, auto* handle) {
    if (library.detach_kernel_driver_np == nullptr) return -ENOSYS;
    return library.detach_kernel_driver_np(handle, number);
  });
}

}  // namespace

void ExportHandle(Exports& exports) {
  HandleExports<Addon, Handle>::AddTo(exports);
  exports.Add<&OpenDevice>("openDevice");
  exports.Add<&GetConfiguration>("getConfiguration");
  exports.Add<&SetConfiguration>("setConfiguration");
  exports.Add<&ClaimInterface>("claimInterface");
  exports.Add<&ReleaseInterface>("releaseInterface");
  exports.Add<&SetInterfaceAltSetting>("setInterfaceAltSetting");
  exports.Add<&ClearHalt>("clearHalt");
  exports.Add<&ResetDevice>("resetDevice");
  exports.Add<&DriverOf>("driverOf");
  exports.Add<&DetachDriver>("detachDriver");
}

}  // namespace tsusb::libusb0
