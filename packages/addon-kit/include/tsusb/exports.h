#ifndef TSUSB_EXPORTS_H_
#define TSUSB_EXPORTS_H_

#include <napi.h>

#include <exception>

namespace tsusb {

namespace internal {

template <typename Call>
napi_value Guarded(napi_env env, Call call) {
  try {
    return call();
  } catch (const Napi::Error& error) {
    error.ThrowAsJavaScriptException();
  } catch (const std::exception& error) {
    // No memory: ends one call, not the process.
    Napi::Error::New(env, error.what()).ThrowAsJavaScriptException();
  }
  return nullptr;
}

inline napi_value Invoke(napi_env env, napi_callback_info info,
                         Napi::Value (*function)(const Napi::CallbackInfo&)) {
  return Guarded(env, [&]() -> napi_value { return function(Napi::CallbackInfo(env, info)); });
}

inline napi_value Invoke(napi_env env, napi_callback_info info, void (*function)(const Napi::CallbackInfo&)) {
  return Guarded(env, [&]() -> napi_value {
    function(Napi::CallbackInfo(env, info));
    return nullptr;
  });
}

template <auto kFunction>
napi_value Trampoline(napi_env env, napi_callback_info info) {
  return Invoke(env, info, kFunction);
}

}  // namespace internal

// What an addon exports. Functions take `const Napi::CallbackInfo&`, give Napi::Value or nothing, and find
// the addon's object by AddonOf(). Whatever they throw becomes a JS exception.
class Exports {
 public:
  // `addon` is what AttachToEnvironment() gave.
  Exports(Napi::Object object, void* addon) : object_(object), addon_(addon) {}

  template <auto kFunction>
  void Add(const char* name) {
    Add(name, &internal::Trampoline<kFunction>);
  }

 private:
  void Add(const char* name, napi_callback callback) {
    napi_value function = nullptr;
    const napi_status status =
        napi_create_function(object_.Env(), name, NAPI_AUTO_LENGTH, callback, addon_, &function);
    if (status != napi_ok) throw Napi::Error::New(object_.Env());
    object_.Set(name, function);
  }

  Napi::Object object_;
  void* addon_;
};

}  // namespace tsusb

#endif  // TSUSB_EXPORTS_H_
