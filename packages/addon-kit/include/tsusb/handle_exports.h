#ifndef TSUSB_HANDLE_EXPORTS_H_
#define TSUSB_HANDLE_EXPORTS_H_

#include <napi.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "tsusb/arguments.h"
#include "tsusb/environment.h"
#include "tsusb/exports.h"
#include "tsusb/handle_table.h"
#include "tsusb/jobs.h"

namespace tsusb {

// How every addon over a C library ends an open device. `Addon` has a table `handles`, and kPatience;
// `Handle` has BeginClose(), Close(), Shutdown() and transfers_in_flight().
template <typename Addon, typename Handle>
struct HandleExports {
  static Handle& At(const Napi::CallbackInfo& info, int64_t id) {
    return Require(info, AddonOf<Addon>(info).handles, id, "handle");
  }

  // beginClose(handle: number): void. Nothing is submitted on it any more; what is in flight is the caller's
  // to cancel and to wait for.
  static void BeginClose(const Napi::CallbackInfo& info) {
    const auto [id] = ReadArguments(info, Integer{"handle"});
    At(info, id).BeginClose();
  }

  // closeHandle(handle: number, job: number): void
  static void Close(const Napi::CallbackInfo& info) {
    const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
    At(info, id).Close(JobId(job));
  }

  // freeHandle(handle: number): void. After closeHandle, or after openDevice failed.
  static void Free(const Napi::CallbackInfo& info) {
    const auto [id] = ReadArguments(info, Integer{"handle"});
    Handle& handle = At(info, id);
    if (handle.transfers_in_flight() > 0) {
      throw Napi::RangeError::New(info.Env(), "handle " + std::to_string(id) + " has transfers in flight");
    }
    // Its last job has ended, but for a few instructions. One that hangs after all has its own share of it.
    handle.Shutdown(std::chrono::steady_clock::now() + Addon::kHandlePatience);
    AddonOf<Addon>(info).handles.Remove(id);
  }

  static void AddTo(Exports& exports) {
    exports.Add<&BeginClose>("beginClose");
    exports.Add<&Close>("closeHandle");
    exports.Add<&Free>("freeHandle");
  }
};

}  // namespace tsusb

#endif  // TSUSB_HANDLE_EXPORTS_H_
