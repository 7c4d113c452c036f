#include "tsusb/library_exports.h"

#include <string>

#include "addon.h"

namespace tsusb::libusb1 {
namespace {

// libraryVersion(library: number): string
Napi::Value LibraryVersion(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  const Library& library = LibraryAt(info, id);
  const abi::libusb_version* const version = library.get_version != nullptr ? library.get_version() : nullptr;
  if (version == nullptr) return info.Env().Undefined();
  std::string text = std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
                     std::to_string(version->micro) + "." + std::to_string(version->nano);
  if (version->rc != nullptr) text += version->rc;
  return Napi::String::New(info.Env(), text);
}

// hasCapability(library: number, capability: number): boolean
Napi::Value HasCapability(const Napi::CallbackInfo& info) {
  const auto [id, capability] = ReadArguments(info, Integer{"library"}, Integer{"capability"});
  const Library& library = LibraryAt(info, id);
  return Napi::Boolean::New(info.Env(), library.has_capability != nullptr &&
                                            library.has_capability(static_cast<uint32_t>(capability)) != 0);
}

}  // namespace

void ExportLibrary(Exports& exports) {
  LibraryExports<Addon, Library>::AddTo(exports);
  exports.Add<&LibraryVersion>("libraryVersion");
  exports.Add<&HasCapability>("hasCapability");
}

}  // namespace tsusb::libusb1
