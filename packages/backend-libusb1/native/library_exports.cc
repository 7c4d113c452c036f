#include <string>
#include <utility>
#include <vector>

#include "addon.h"

namespace tsusb::libusb1 {
namespace {

// openLibrary(path: string): number. Throws the loader's own words.
Napi::Value OpenLibrary(const Napi::CallbackInfo& info) {
  const auto [path] = ReadArguments(info, Text{"path"});
  std::string error;
  auto library = SharedLibrary::Open(path, &error);
  if (!library) throw Napi::Error::New(info.Env(), error);
  const uint32_t id = AddonOf<Addon>(info).libraries.Add(std::make_shared<Library>(std::move(*library)));
  return Napi::Number::New(info.Env(), id);
}

// libraryPath(library: number): string
Napi::Value LibraryPath(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  return Napi::String::New(info.Env(), LibraryAt(info, id).path());
}

// hasSymbol(library: number, name: string): boolean
Napi::Value HasSymbol(const Napi::CallbackInfo& info) {
  const auto [id, name] = ReadArguments(info, Integer{"library"}, Text{"name"});
  return Napi::Boolean::New(info.Env(), LibraryAt(info, id).Has(name.c_str()));
}

// missingSymbols(library: number): string[]
Napi::Value MissingSymbols(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  const std::vector<std::string>& missing = LibraryAt(info, id).missing();
  auto names = Napi::Array::New(info.Env(), missing.size());
  for (uint32_t i = 0; i < missing.size(); ++i) names[i] = missing[i];
  return names;
}

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

// closeLibrary(library: number): void. Contexts that use it keep it loaded.
void CloseLibrary(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  AddonOf<Addon>(info).libraries.Remove(id);
}

}  // namespace

void ExportLibrary(Exports& exports) {
  exports.Add<&OpenLibrary>("openLibrary");
  exports.Add<&LibraryPath>("libraryPath");
  exports.Add<&HasSymbol>("hasSymbol");
  exports.Add<&MissingSymbols>("missingSymbols");
  exports.Add<&LibraryVersion>("libraryVersion");
  exports.Add<&HasCapability>("hasCapability");
  exports.Add<&CloseLibrary>("closeLibrary");
}

}  // namespace tsusb::libusb1
