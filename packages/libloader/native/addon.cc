#include <napi.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tsusb/shared_library.h"

namespace {

using tsusb::SharedLibrary;
using Handle = Napi::External<SharedLibrary>;

// Tells our externals from those of every other addon.
constexpr napi_type_tag kHandleTag = {0x6c3b1f6d2f0a4e57, 0x9d54e1c7a83b2f60};

std::string StringArgument(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsString()) {
    throw Napi::TypeError::New(info.Env(), "argument " + std::to_string(index) + " must be a string");
  }
  return info[index].As<Napi::String>().Utf8Value();
}

SharedLibrary& LibraryArgument(const Napi::CallbackInfo& info) {
  if (!info[0].IsExternal() || !info[0].As<Handle>().CheckTypeTag(&kHandleTag)) {
    throw Napi::TypeError::New(info.Env(), "argument 0 must be a library that open() gave");
  }
  return *info[0].As<Handle>().Data();
}

// open(path: string): NativeLibrary
Napi::Value Open(const Napi::CallbackInfo& info) {
  std::string error;
  std::optional<SharedLibrary> opened = SharedLibrary::Open(StringArgument(info, 0), &error);
  if (!opened) throw Napi::Error::New(info.Env(), error);
  auto library = std::make_unique<SharedLibrary>(std::move(*opened));
  auto handle =
      Handle::New(info.Env(), library.get(), [](Napi::Env, SharedLibrary* unused) { delete unused; });
  library.release();
  handle.TypeTag(&kHandleTag);
  return handle;
}

// path(library: NativeLibrary): string
Napi::Value Path(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), LibraryArgument(info).path());
}

// has(library: NativeLibrary, symbol: string): boolean
Napi::Value Has(const Napi::CallbackInfo& info) {
  const SharedLibrary& library = LibraryArgument(info);
  return Napi::Boolean::New(info.Env(), library.Symbol(StringArgument(info, 1).c_str()) != nullptr);
}

// close(library: NativeLibrary): void
void Close(const Napi::CallbackInfo& info) { LibraryArgument(info).Close(); }

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports["open"] = Napi::Function::New(env, Open, "open");
  exports["path"] = Napi::Function::New(env, Path, "path");
  exports["has"] = Napi::Function::New(env, Has, "has");
  exports["close"] = Napi::Function::New(env, Close, "close");
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)
