#include "library.h"

#include <utility>

namespace tsusb::openusb {

Library::Library(SharedLibrary library) : abi::Functions{}, library_(std::move(library)) {
  const auto required = [this](const char* name, auto& function) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(library_.Symbol(name));
    if (function == nullptr) missing_.push_back(name);
  };

  required("openusb_init", init);
  required("openusb_fini", fini);
  required("openusb_set_event_callback", set_event_callback);
  required("openusb_set_debug", set_debug);
  required("openusb_get_devids_by_bus", get_devids_by_bus);
  required("openusb_free_devid_list", free_devid_list);
  required("openusb_get_raw_desc", get_raw_desc);
  required("openusb_free_raw_desc", free_raw_desc);
  required("openusb_open_device", open_device);
  required("openusb_close_device", close_device);
  required("openusb_get_configuration", get_configuration);
  required("openusb_set_configuration", set_configuration);
  required("openusb_claim_interface", claim_interface);
  required("openusb_release_interface", release_interface);
  required("openusb_set_altsetting", set_altsetting);
  required("openusb_reset", reset);
  required("openusb_xfer_aio", xfer_aio);
  required("openusb_abort", abort);
  required("openusb_poll", poll);
}

}  // namespace tsusb::openusb
