#ifndef TSUSB_ENVIRONMENT_H_
#define TSUSB_ENVIRONMENT_H_

#include <napi.h>

#include <functional>
#include <memory>

namespace tsusb {

// What one addon keeps for one environment (the main thread, or a worker): made when the addon is loaded
// there, ended before the environment goes. There is nothing static: two environments share a process.
//
// `Addon` has a constructor that takes Napi::Env and a method `void Teardown(std::function<void()> done)`,
// which runs on the JS thread when the environment ends (no JS can run any more). It ends what other threads
// do, closes every libuv handle, and calls `done` when libuv has let go of the last one. Without it, the end
// of a worker would abort the process. process.exit() on the main thread runs no hooks: threads die with it.
template <typename Addon>
Addon& AttachToEnvironment(Napi::Env env) {
  struct Hook {
    Addon* addon;
    napi_async_cleanup_hook_handle handle = nullptr;
  };

  auto* addon = new Addon(env);
  env.SetInstanceData<Addon>(addon);  // Deletes it, after the hooks.

  auto* hook = new Hook{addon};
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle handle, void* data) {
        auto* hook = static_cast<Hook*>(data);
        hook->addon->Teardown([hook, handle] {
          delete hook;
          napi_remove_async_cleanup_hook(handle);
        });
      },
      hook, &hook->handle);
  return *addon;
}

// The addon's object of this environment, inside an exported function.
template <typename Addon>
Addon& AddonOf(const Napi::CallbackInfo& info) {
  return *static_cast<Addon*>(info.Data());
}

}  // namespace tsusb

#endif  // TSUSB_ENVIRONMENT_H_
