#ifndef TSUSB_LIBUSB1_LIBRARY_H_
#define TSUSB_LIBUSB1_LIBRARY_H_

#include <optional>
#include <string>
#include <vector>

#include "abi.h"
#include "tsusb/shared_library.h"

namespace tsusb::libusb1 {

// An open libusb 1.0 and its functions: library.submit_transfer(t) is libusb_submit_transfer(t). Shared by
// everything that may still call into it, so it is unloaded last. Immutable, hence usable on any thread.
class Library : public abi::RequiredFunctions, public abi::OptionalFunctions {
 public:
  // Looks up every function. Required ones that are missing are named by missing().
  explicit Library(SharedLibrary library);

  const std::string& path() const { return library_.path(); }
  bool Has(const char* symbol) const { return library_.Symbol(symbol) != nullptr; }

  // Required functions that the file lacks: not empty means that it is no libusb 1.0, or an older one.
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  SharedLibrary library_;
  std::vector<std::string> missing_;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_LIBRARY_H_
