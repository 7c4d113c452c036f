#ifndef TSUSB_OPENUSB_LIBRARY_H_
#define TSUSB_OPENUSB_LIBRARY_H_

#include <string>
#include <vector>

#include "abi.h"
#include "tsusb/shared_library.h"

namespace tsusb::openusb {

// An open OpenUSB and its functions: library.xfer_aio(r) is openusb_xfer_aio(r). Shared by everything that
// may still call into it, so it is unloaded last. Immutable, hence usable on any thread.
class Library : public abi::Functions {
 public:
  // Looks up every function. Those that are missing are named by missing().
  explicit Library(SharedLibrary library);

  const std::string& path() const { return library_.path(); }
  bool Has(const char* symbol) const { return library_.Symbol(symbol) != nullptr; }

  // Functions that the file lacks: not empty means that it is no OpenUSB 1.x.
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  SharedLibrary library_;
  std::vector<std::string> missing_;
};

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_LIBRARY_H_
