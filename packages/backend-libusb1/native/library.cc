#include "library.h"

#include <utility>

namespace tsusb::libusb1 {

Library::Library(SharedLibrary library)
    : abi::RequiredFunctions{}, abi::OptionalFunctions{}, library_(std::move(library)) {
  const auto optional = [this](const char* name, auto& function) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(library_.Symbol(name));
  };
  const auto required = [this, &optional](const char* name, auto& function) {
    optional(name, function);
    if (function == nullptr) missing_.push_back(name);
  };

  required("libusb_init", init);
  required("libusb_exit", exit);
  required("libusb_get_version", get_version);
  required("libusb_get_device_list", get_device_list);
  required("libusb_free_device_list", free_device_list);
  required("libusb_ref_device", ref_device);
  required("libusb_unref_device", unref_device);
  required("libusb_get_bus_number", get_bus_number);
  required("libusb_get_device_address", get_device_address);
  required("libusb_get_device_speed", get_device_speed);
  required("libusb_get_device_descriptor", get_device_descriptor);
  required("libusb_get_config_descriptor", get_config_descriptor);
  required("libusb_free_config_descriptor", free_config_descriptor);
  required("libusb_open", open);
  required("libusb_close", close);
  required("libusb_get_device", get_device);
  required("libusb_get_configuration", get_configuration);
  required("libusb_set_configuration", set_configuration);
  required("libusb_claim_interface", claim_interface);
  required("libusb_release_interface", release_interface);
  required("libusb_set_interface_alt_setting", set_interface_alt_setting);
  required("libusb_clear_halt", clear_halt);
  required("libusb_reset_device", reset_device);
  required("libusb_kernel_driver_active", kernel_driver_active);
  required("libusb_detach_kernel_driver", detach_kernel_driver);
  required("libusb_attach_kernel_driver", attach_kernel_driver);
  required("libusb_alloc_transfer", alloc_transfer);
  required("libusb_free_transfer", free_transfer);
  required("libusb_submit_transfer", submit_transfer);
  required("libusb_cancel_transfer", cancel_transfer);
  required("libusb_handle_events_timeout_completed", handle_events_timeout_completed);

  optional("libusb_has_capability", has_capability);
  optional("libusb_set_debug", set_debug);
  optional("libusb_get_port_numbers", get_port_numbers);
  optional("libusb_get_parent", get_parent);
  optional("libusb_set_auto_detach_kernel_driver", set_auto_detach_kernel_driver);
  optional("libusb_hotplug_register_callback", hotplug_register_callback);
  optional("libusb_hotplug_deregister_callback", hotplug_deregister_callback);
  optional("libusb_dev_mem_alloc", dev_mem_alloc);
  optional("libusb_interrupt_event_handler", interrupt_event_handler);
  optional("libusb_set_option", set_option);
  optional("libusb_set_log_cb", set_log_cb);
  optional("libusb_wrap_sys_device", wrap_sys_device);
  optional("libusb_init_context", init_context);
  optional("libusb_alloc_streams", alloc_streams);
  optional("libusb_free_streams", free_streams);
  optional("libusb_transfer_set_stream_id", transfer_set_stream_id);
  optional("libusb_get_device_string", get_device_string);
}

}  // namespace tsusb::libusb1
