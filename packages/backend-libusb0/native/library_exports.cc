#include "tsusb/library_exports.h"

#include <string>

#include "addon.h"

namespace tsusb::libusb0 {
namespace {

// libraryVersion(library: number): string | undefined, which only libusb-win32 tells
Napi::Value LibraryVersion(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  const Library& library = LibraryAt(info, id);
  const abi::usb_version* const version = library.get_version != nullptr ? library.get_version() : nullptr;
  if (version == nullptr) return info.Env().Undefined();
  const abi::usb_version_numbers& dll = version->dll;
  return ToJs(info.Env(), std::to_string(dll.major) + "." + std::to_string(dll.minor) + "." +
                              std::to_string(dll.micro) + "." + std::to_string(dll.nano));
}

// implementation(library: number): number. 0 the original, 1 the compatibility layer, 2 libusb-win32.
Napi::Value ImplementationOf(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  return Napi::Number::New(info.Env(), static_cast<int>(LibraryAt(info, id).implementation()));
}

// hasAsync(library: number): boolean
Napi::Value HasAsync(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  return Napi::Boolean::New(info.Env(), LibraryAt(info, id).has_async());
}

}  // namespace

void ExportLibrary(Exports& exports) {
  LibraryExports<Addon, Library>::AddTo(exports);
  exports.Add<&LibraryVersion>("libraryVersion");
  exports.Add<&ImplementationOf>("implementation");
  exports.Add<&HasAsync>("hasAsync");
}

}  // namespace tsusb::libusb0
