#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "addon.h"

namespace tsusb::libusb1 {
namespace {

// openDevice(context: number, job: number, device: number, autoDetach: boolean): handle
Napi::Value OpenDevice(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id, auto_detach] =
      ReadArguments(info, Integer{"context"}, kJob, Integer{"device"}, Boolean{"autoDetach"});
  Context& context = UsableContextAt(info, id);
  auto device = context.devices().Find(device_id);
  auto handle = std::make_shared<Handle>(context.shared_from_this());
  const uint32_t handle_id = AddonOf<Addon>(info).handles.Add(handle);
  if (device == nullptr) {
    Refuse(*context.queue(), job, abi::LIBUSB_ERROR_NO_DEVICE);
  } else if (!context.NeedEvents()) {
    Refuse(*context.queue(), job, abi::LIBUSB_ERROR_NO_MEM);
  } else {
    handle->Open(JobId(job), std::move(device), auto_detach);
  }
  return Napi::Number::New(info.Env(), handle_id);
}

// wrapSysDevice(context: number, job: number, fd: number): handle
Napi::Value WrapSysDevice(const Napi::CallbackInfo& info) {
  const auto [id, job, fd] = ReadArguments(info, Integer{"context"}, kJob, Integer{"fd"});
  Context& context = UsableContextAt(info, id);
  auto handle = std::make_shared<Handle>(context.shared_from_this());
  const uint32_t handle_id = AddonOf<Addon>(info).handles.Add(handle);
  if (context.NeedEvents()) {
    handle->Wrap(JobId(job), fd);
  } else {
    Refuse(*context.queue(), job, abi::LIBUSB_ERROR_NO_MEM);
  }
  return Napi::Number::New(info.Env(), handle_id);
}

// getConfiguration(handle: number, job: number): void. The operation's status is the value.
void GetConfiguration(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  HandleAt(info, id).Call(JobId(job), [](const Library& library, abi::libusb_device_handle* handle) {
    int value = 0;
    const int status = library.get_configuration(handle, &value);
    return status < 0 ? status : value;
  });
}

// setConfiguration(handle: number, job: number, value: number): void. -1 unconfigures.
void SetConfiguration(const Napi::CallbackInfo& info) {
  const auto [id, job, value] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"value", -1, 0xff});
  HandleAt(info, id).Call(JobId(job), [value = static_cast<int>(value)](const auto& library, auto* handle) {
    return library.set_configuration(handle, value);
  });
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
      JobId(job), [endpoint = static_cast<unsigned char>(endpoint)](const auto& library, auto* handle) {
        return library.clear_halt(handle, endpoint);
      });
}

// The addresses of endpoints, as a Uint8Array.
std::vector<unsigned char> ReadEndpoints(const Napi::CallbackInfo& info, size_t at) {
  const auto [bytes, count] = Bytes{"endpoints"}.Read(info[at]);
  return {bytes, bytes + count};
}

// allocStreams(handle: number, job: number, count: number, endpoints: Uint8Array): void. The operation's
// status is how many there are.
void AllocStreams(const Napi::CallbackInfo& info) {
  const auto [id, job, count] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"count", 1, 0xffff});
  HandleAt(info, id).Call(
      JobId(job), [count = static_cast<uint32_t>(count), endpoints = ReadEndpoints(info, 3)](
                      const Library& library, auto* handle) mutable {
        if (library.alloc_streams == nullptr) return abi::LIBUSB_ERROR_NOT_SUPPORTED;
        return library.alloc_streams(handle, count, endpoints.data(), static_cast<int>(endpoints.size()));
      });
}

// freeStreams(handle: number, job: number, endpoints: Uint8Array): void
void FreeStreams(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  HandleAt(info, id).Call(
      JobId(job), [endpoints = ReadEndpoints(info, 2)](const Library& library, auto* handle) mutable {
        if (library.free_streams == nullptr) return abi::LIBUSB_ERROR_NOT_SUPPORTED;
        return library.free_streams(handle, endpoints.data(), static_cast<int>(endpoints.size()));
      });
}

// resetDevice(handle: number, job: number): void
void ResetDevice(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  HandleAt(info, id).Call(JobId(job), [](const Library& library, abi::libusb_device_handle* handle) {
    return library.reset_device(handle);
  });
}

// One of the three calls that take a handle and an interface's number.
template <int (TSUSB_LIBUSB_CALL* abi::RequiredFunctions::*function)(abi::libusb_device_handle*, int)>
void KernelDriver(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  HandleAt(info, id).Call(JobId(job),
                          [number = static_cast<int>(number)](const Library& library, auto* handle) {
                            return (library.*function)(handle, number);
                          });
}

}  // namespace

void ExportHandle(Exports& exports) {
  HandleExports<Addon, Handle>::AddTo(exports);
  exports.Add<&OpenDevice>("openDevice");
  exports.Add<&WrapSysDevice>("wrapSysDevice");
  exports.Add<&GetConfiguration>("getConfiguration");
  exports.Add<&SetConfiguration>("setConfiguration");
  exports.Add<&ClaimInterface>("claimInterface");
  exports.Add<&ReleaseInterface>("releaseInterface");
  exports.Add<&SetInterfaceAltSetting>("setInterfaceAltSetting");
  exports.Add<&ClearHalt>("clearHalt");
  exports.Add<&AllocStreams>("allocStreams");
  exports.Add<&FreeStreams>("freeStreams");
  exports.Add<&ResetDevice>("resetDevice");
  exports.Add<&KernelDriver<&abi::RequiredFunctions::kernel_driver_active>>("kernelDriverActive");
  exports.Add<&KernelDriver<&abi::RequiredFunctions::detach_kernel_driver>>("detachKernelDriver");
  exports.Add<&KernelDriver<&abi::RequiredFunctions::attach_kernel_driver>>("attachKernelDriver");
}

}  // namespace tsusb::libusb1
