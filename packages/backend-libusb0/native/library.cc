#include "library.h"

#include <cerrno>
#include <unordered_map>
#include <utility>

namespace tsusb::libusb0 {
namespace {

// The lock of the library that has this function. Two environments share the library, hence the lock.
std::shared_ptr<std::mutex> ListsLockOf(const void* function) {
  static std::mutex mutex;
  static auto& locks = *new std::unordered_map<const void*, std::shared_ptr<std::mutex>>;
  std::lock_guard<std::mutex> lock(mutex);
  std::shared_ptr<std::mutex>& lists = locks[function];
  if (lists == nullptr) lists = std::make_shared<std::mutex>();
  return lists;
}

// Source: usb_os_init and usb_debug are exported by libusb 0.1.12 and not by libusb-compat; usb_get_version
// came with libusb-win32.
Implementation Tell(const SharedLibrary& library) {
  if (library.Symbol("usb_get_version") != nullptr) return Implementation::kWin32;
  const bool is_original =
      library.Symbol("usb_os_init") != nullptr || library.Symbol("usb_error_str") != nullptr;
  return is_original ? Implementation::kOriginal : Implementation::kCompat;
}

}  // namespace

Library::Library(SharedLibrary library)
    : abi::RequiredFunctions{},
      abi::OptionalFunctions{},
      library_(std::move(library)),
      implementation_(Tell(library_)),
      lists_(ListsLockOf(library_.Symbol("usb_find_devices"))) {
  const auto optional = [this](const char* name, auto& function) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(library_.Symbol(name));
  };
  const auto required = [this, &optional](const char* name, auto& function) {
    optional(name, function);
    if (function == nullptr) missing_.push_back(name);
  };

  required("usb_init", init);
  required("usb_find_busses", find_busses);
  required("usb_find_devices", find_devices);
  required("usb_get_busses", get_busses);
  required("usb_open", open);
  required("usb_close", close);
  required("usb_bulk_write", bulk_write);
  required("usb_bulk_read", bulk_read);
  required("usb_interrupt_write", interrupt_write);
  required("usb_interrupt_read", interrupt_read);
  required("usb_control_msg", control_msg);
  required("usb_set_configuration", set_configuration);
  required("usb_claim_interface", claim_interface);
  required("usb_release_interface", release_interface);
  required("usb_set_altinterface", set_altinterface);
  required("usb_clear_halt", clear_halt);
  required("usb_reset", reset);

  optional("usb_set_debug", set_debug);
  optional("usb_get_driver_np", get_driver_np);
  optional("usb_detach_kernel_driver_np", detach_kernel_driver_np);
  optional("usb_get_version", get_version);
  optional("usb_isochronous_setup_async", isochronous_setup_async);
  optional("usb_bulk_setup_async", bulk_setup_async);
  optional("usb_interrupt_setup_async", interrupt_setup_async);
  optional("usb_submit_async", submit_async);
  optional("usb_reap_async_nocancel", reap_async_nocancel);
  optional("usb_cancel_async", cancel_async);
  optional("usb_free_async", free_async);
}

bool Library::needs_interrupting() const {
#ifdef __linux__
  return implementation_ == Implementation::kOriginal;
#else
  return false;
#endif
}

bool Library::has_async() const {
  return isochronous_setup_async != nullptr && bulk_setup_async != nullptr &&
         interrupt_setup_async != nullptr && submit_async != nullptr && reap_async_nocancel != nullptr &&
         cancel_async != nullptr && free_async != nullptr;
}

int Library::timed_out() const {
  return implementation_ == Implementation::kWin32 ? -abi::ETRANSFER_TIMEDOUT : -ETIMEDOUT;
}

}  // namespace tsusb::libusb0
