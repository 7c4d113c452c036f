#ifndef TSUSB_LIBUSB0_LIBRARY_H_
#define TSUSB_LIBUSB0_LIBRARY_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "abi.h"
#include "tsusb/shared_library.h"

namespace tsusb::libusb0 {

// Three libraries share the name and the functions of libusb 0.1, and little else.
enum class Implementation { kOriginal, kCompat, kWin32 };

// An open libusb 0.1 and its functions: library.bulk_read(…) is usb_bulk_read(…). Shared by everything that
// may still call into it, so it is unloaded last. Immutable, hence usable on any thread; its list of devices
// is not: see lists().
class Library : public abi::RequiredFunctions, public abi::OptionalFunctions {
 public:
  // Looks up every function. Required ones that are missing are named by missing().
  explicit Library(SharedLibrary library);

  const std::string& path() const { return library_.path(); }
  bool Has(const char* symbol) const { return library_.Symbol(symbol) != nullptr; }

  // Required functions that the file lacks: not empty means that it is no libusb 0.1.
  const std::vector<std::string>& missing() const { return missing_; }

  // Told by its symbols.
  Implementation implementation() const { return implementation_; }
  // Whether calls have to be ended from outside, since this one's own timeouts lose data and hang (handle.h).
  bool needs_interrupting() const;
  // Whether all asynchronous calls of libusb-win32 are there.
  bool has_async() const;
  // What its functions return for a timeout.
  int timed_out() const;

  // The lock of the library's list of busses and devices, of which there is one in the process, whoever opens
  // the library how often: hold it while devices are searched, read or opened.
  std::mutex& lists() const { return *lists_; }

 private:
  SharedLibrary library_;
  std::vector<std::string> missing_;
  Implementation implementation_;
  std::shared_ptr<std::mutex> lists_;
};

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_LIBRARY_H_
