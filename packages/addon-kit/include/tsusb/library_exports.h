#ifndef TSUSB_LIBRARY_EXPORTS_H_
#define TSUSB_LIBRARY_EXPORTS_H_

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "tsusb/arguments.h"
#include "tsusb/environment.h"
#include "tsusb/exports.h"
#include "tsusb/handle_table.h"
#include "tsusb/shared_library.h"
#include "tsusb/to_js.h"

namespace tsusb {

// What every addon over a C library exports of the library itself. `Addon` has a HandleTable<Library>
// `libraries`; `Library` is made of a SharedLibrary and tells path(), Has(symbol) and missing() symbols.
template <typename Addon, typename Library>
struct LibraryExports {
  // openLibrary(path: string): number. Throws the loader's own words.
  static Napi::Value Open(const Napi::CallbackInfo& info) {
    const auto [path] = ReadArguments(info, Text{"path"});
    std::string error;
    auto library = SharedLibrary::Open(path, &error);
    if (!library) throw Napi::Error::New(info.Env(), error);
    const uint32_t id = AddonOf<Addon>(info).libraries.Add(std::make_shared<Library>(std::move(*library)));
    return Napi::Number::New(info.Env(), id);
  }

  // libraryPath(library: number): string
  static Napi::Value Path(const Napi::CallbackInfo& info) {
    const auto [id] = ReadArguments(info, Integer{"library"});
    return ToJs(info.Env(), At(info, id).path());
  }

  // hasSymbol(library: number, name: string): boolean
  static Napi::Value HasSymbol(const Napi::CallbackInfo& info) {
    const auto [id, name] = ReadArguments(info, Integer{"library"}, Text{"name"});
    return Napi::Boolean::New(info.Env(), At(info, id).Has(name.c_str()));
  }

  // missingSymbols(library: number): string[]
  static Napi::Value MissingSymbols(const Napi::CallbackInfo& info) {
    const auto [id] = ReadArguments(info, Integer{"library"});
    return ToJs(info.Env(), At(info, id).missing());
  }

  // closeLibrary(library: number): void. Contexts that use it keep it loaded.
  static void Close(const Napi::CallbackInfo& info) {
    const auto [id] = ReadArguments(info, Integer{"library"});
    AddonOf<Addon>(info).libraries.Remove(id);
  }

  static void AddTo(Exports& exports) {
    exports.Add<&Open>("openLibrary");
    exports.Add<&Path>("libraryPath");
    exports.Add<&HasSymbol>("hasSymbol");
    exports.Add<&MissingSymbols>("missingSymbols");
    exports.Add<&Close>("closeLibrary");
  }

 private:
  static Library& At(const Napi::CallbackInfo& info, int64_t id) {
    return Require(info, AddonOf<Addon>(info).libraries, id, "library");
  }
};

}  // namespace tsusb

#endif  // TSUSB_LIBRARY_EXPORTS_H_
