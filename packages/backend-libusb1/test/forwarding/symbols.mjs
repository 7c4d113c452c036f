/**
 * What each release of libusb 1.0 added to the functions it exports, without the prefix `libusb_`. Source: the tagged
 * headers of libusb, libusb-1.0.def of 1.0.26.
 *
 * @type {readonly (readonly [release: string, names: readonly string[]])[]}
 */
const ADDED = [
  [
    "1.0.0",
    [
      ...["init", "exit", "set_debug", "get_device_list", "free_device_list", "ref_device", "unref_device"],
      ...[
        "open",
        "close",
        "get_device",
        "open_device_with_vid_pid",
        "get_configuration",
        "set_configuration",
      ],
      ...["claim_interface", "release_interface", "set_interface_alt_setting", "clear_halt", "reset_device"],
      ...["kernel_driver_active", "detach_kernel_driver", "attach_kernel_driver", "get_device_descriptor"],
      ...["get_config_descriptor", "get_active_config_descriptor", "get_config_descriptor_by_value"],
      ...["free_config_descriptor", "get_bus_number", "get_device_address", "get_max_packet_size"],
      ...["get_string_descriptor_ascii", "control_transfer", "bulk_transfer", "interrupt_transfer"],
      ...["alloc_transfer", "submit_transfer", "cancel_transfer", "free_transfer", "handle_events"],
      ...["handle_events_timeout", "handle_events_locked", "lock_events", "unlock_events", "try_lock_events"],
      ...["event_handling_ok", "event_handler_active", "lock_event_waiters", "unlock_event_waiters"],
      ...["wait_for_event", "get_pollfds", "set_pollfd_notifiers", "get_next_timeout"],
    ],
  ],
  ["1.0.5", ["get_max_iso_packet_size", "pollfds_handle_timeouts"]],
  [
    "1.0.9",
    [
      ...["error_name", "get_device_speed", "has_capability", "handle_events_completed"],
      ...["handle_events_timeout_completed"],
    ],
  ],
  ["1.0.10", ["get_version"]],
  ["1.0.12", ["get_parent", "get_port_number", "get_port_path"]],
  [
    "1.0.16",
    [
      ...[
        "get_port_numbers",
        "strerror",
        "setlocale",
        "hotplug_register_callback",
        "hotplug_deregister_callback",
      ],
      ...["set_auto_detach_kernel_driver", "get_bos_descriptor", "free_bos_descriptor"],
      ...["get_usb_2_0_extension_descriptor", "free_usb_2_0_extension_descriptor"],
      ...["get_ss_usb_device_capability_descriptor", "free_ss_usb_device_capability_descriptor"],
      ...["get_container_id_descriptor", "free_container_id_descriptor"],
      ...["get_ss_endpoint_companion_descriptor", "free_ss_endpoint_companion_descriptor"],
    ],
  ],
  ["1.0.19", ["alloc_streams", "free_streams", "transfer_set_stream_id", "transfer_get_stream_id"]],
  ["1.0.20", ["free_pollfds"]],
  ["1.0.21", ["dev_mem_alloc", "dev_mem_free", "interrupt_event_handler"]],
  ["1.0.22", ["set_option"]],
  ["1.0.23", ["set_log_cb", "wrap_sys_device"]],
  ["1.0.24", ["hotplug_get_user_data"]],
];

/** The functions that a release exports, with their prefix. @param {string} release - Such as `"1.0.16"`. */
export function symbolsOf(release) {
  const micro = Number(/^1\.0\.(\d+)$/.exec(release)?.[1]);
  if (!(micro >= 16 && micro <= 26))
    throw new RangeError(`${release} must be a release from 1.0.16 to 1.0.26`);
  return ADDED.filter(([since]) => Number(since.slice("1.0.".length)) <= micro).flatMap(([, names]) =>
    names.map((name) => `libusb_${name}`),
  );
}
