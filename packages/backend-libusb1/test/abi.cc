// Compiled by abi.test.ts and never run: our words for libusb's structures against those of its own header.
#include "../native/abi.h"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace ours = tsusb::libusb1::abi;
// A macro in the header that follows.
constexpr int kOurMatchAny = ours::LIBUSB_HOTPLUG_MATCH_ANY;

#include <libusb-1.0/libusb.h>

// Same size, and the same place and size of a member, by value of the checks below.
template <typename Theirs, typename Ours>
constexpr bool SameSize() {
  return sizeof(Theirs) == sizeof(Ours) && alignof(Theirs) == alignof(Ours);
}

#define SAME_MEMBER_AS(type, theirs, our)                                \
  static_assert(offsetof(::type, theirs) == offsetof(ours::type, our) && \
                    sizeof(::type::theirs) == sizeof(ours::type::our),   \
                #type "." #theirs)
#define SAME_MEMBER(type, member) SAME_MEMBER_AS(type, member, member)
#define SAME_CONSTANT(name) static_assert(static_cast<long>(::name) == static_cast<long>(ours::name), #name)

static_assert(SameSize<::libusb_version, ours::libusb_version>());
SAME_MEMBER(libusb_version, major);
SAME_MEMBER(libusb_version, nano);
SAME_MEMBER(libusb_version, rc);
SAME_MEMBER(libusb_version, describe);

static_assert(SameSize<::libusb_device_descriptor, ours::libusb_device_descriptor>());
SAME_MEMBER(libusb_device_descriptor, bcdUSB);
SAME_MEMBER(libusb_device_descriptor, bMaxPacketSize0);
SAME_MEMBER(libusb_device_descriptor, idVendor);
SAME_MEMBER(libusb_device_descriptor, bcdDevice);
SAME_MEMBER(libusb_device_descriptor, bNumConfigurations);

static_assert(SameSize<::libusb_endpoint_descriptor, ours::libusb_endpoint_descriptor>());
SAME_MEMBER(libusb_endpoint_descriptor, wMaxPacketSize);
SAME_MEMBER(libusb_endpoint_descriptor, bRefresh);
SAME_MEMBER(libusb_endpoint_descriptor, bSynchAddress);
SAME_MEMBER(libusb_endpoint_descriptor, extra);
SAME_MEMBER(libusb_endpoint_descriptor, extra_length);

static_assert(SameSize<::libusb_interface_descriptor, ours::libusb_interface_descriptor>());
SAME_MEMBER(libusb_interface_descriptor, iInterface);
SAME_MEMBER(libusb_interface_descriptor, endpoint);
SAME_MEMBER(libusb_interface_descriptor, extra);
SAME_MEMBER(libusb_interface_descriptor, extra_length);

static_assert(SameSize<::libusb_interface, ours::libusb_interface>());
SAME_MEMBER(libusb_interface, altsetting);
SAME_MEMBER(libusb_interface, num_altsetting);

static_assert(SameSize<::libusb_config_descriptor, ours::libusb_config_descriptor>());
SAME_MEMBER(libusb_config_descriptor, wTotalLength);
SAME_MEMBER(libusb_config_descriptor, MaxPower);
SAME_MEMBER_AS(libusb_config_descriptor, interface, interface_);
SAME_MEMBER(libusb_config_descriptor, extra);
SAME_MEMBER(libusb_config_descriptor, extra_length);

static_assert(SameSize<::libusb_iso_packet_descriptor, ours::libusb_iso_packet_descriptor>());
SAME_MEMBER(libusb_iso_packet_descriptor, length);
SAME_MEMBER(libusb_iso_packet_descriptor, actual_length);
SAME_MEMBER(libusb_iso_packet_descriptor, status);

SAME_MEMBER(libusb_transfer, dev_handle);
SAME_MEMBER(libusb_transfer, flags);
SAME_MEMBER(libusb_transfer, endpoint);
SAME_MEMBER(libusb_transfer, type);
SAME_MEMBER(libusb_transfer, timeout);
SAME_MEMBER(libusb_transfer, status);
SAME_MEMBER(libusb_transfer, length);
SAME_MEMBER(libusb_transfer, actual_length);
SAME_MEMBER(libusb_transfer, callback);
SAME_MEMBER(libusb_transfer, user_data);
SAME_MEMBER(libusb_transfer, buffer);
SAME_MEMBER(libusb_transfer, num_iso_packets);
// Theirs has no size: it is a flexible array.
static_assert(offsetof(::libusb_transfer, iso_packet_desc) ==
              offsetof(ours::libusb_transfer, iso_packet_desc));

SAME_CONSTANT(LIBUSB_SUCCESS);
SAME_CONSTANT(LIBUSB_ERROR_NO_DEVICE);
SAME_CONSTANT(LIBUSB_ERROR_NOT_FOUND);
SAME_CONSTANT(LIBUSB_ERROR_BUSY);
SAME_CONSTANT(LIBUSB_ERROR_INTERRUPTED);
SAME_CONSTANT(LIBUSB_ERROR_NO_MEM);
SAME_CONSTANT(LIBUSB_ERROR_NOT_SUPPORTED);
SAME_CONSTANT(LIBUSB_ERROR_OTHER);
SAME_CONSTANT(LIBUSB_TRANSFER_COMPLETED);
SAME_CONSTANT(LIBUSB_TRANSFER_ERROR);
SAME_CONSTANT(LIBUSB_TRANSFER_TIMED_OUT);
SAME_CONSTANT(LIBUSB_TRANSFER_CANCELLED);
SAME_CONSTANT(LIBUSB_TRANSFER_NO_DEVICE);
SAME_CONSTANT(LIBUSB_TRANSFER_TYPE_CONTROL);
SAME_CONSTANT(LIBUSB_TRANSFER_TYPE_ISOCHRONOUS);
SAME_CONSTANT(LIBUSB_TRANSFER_TYPE_BULK_STREAM);
SAME_CONSTANT(LIBUSB_TRANSFER_ADD_ZERO_PACKET);
SAME_CONSTANT(LIBUSB_OPTION_LOG_LEVEL);
SAME_CONSTANT(LIBUSB_LOG_CB_GLOBAL);
SAME_CONSTANT(LIBUSB_LOG_CB_CONTEXT);
SAME_CONSTANT(LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED);
SAME_CONSTANT(LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT);
static_assert(LIBUSB_HOTPLUG_MATCH_ANY == kOurMatchAny);
SAME_CONSTANT(LIBUSB_CAP_HAS_HOTPLUG);

// A signature, with every pointer to a structure as void* and every enum as int: what the calling convention
// sees of it.
template <typename T>
struct Seen {
  using type = std::conditional_t<std::is_enum_v<T>, int, T>;
};
template <typename T>
struct Seen<T*> {
  using type = void*;
};
template <typename R, typename... Args>
struct Signature {
  using type = typename Seen<R>::type(typename Seen<Args>::type...);
};
template <typename R, typename... Args>
Signature<R, Args...> SignatureOf(R (*)(Args...));
template <typename R, typename... Args>
Signature<R, Args...> SignatureOf(R (*)(Args..., ...));

#define SAME_FUNCTION(table, name)                                                             \
  static_assert(std::is_same_v<decltype(SignatureOf(&::libusb_##name))::type,                  \
                               decltype(SignatureOf(std::declval<ours::table>().name))::type>, \
                #name)

SAME_FUNCTION(RequiredFunctions, init);
SAME_FUNCTION(RequiredFunctions, exit);
SAME_FUNCTION(RequiredFunctions, get_version);
SAME_FUNCTION(RequiredFunctions, get_device_list);
SAME_FUNCTION(RequiredFunctions, free_device_list);
SAME_FUNCTION(RequiredFunctions, ref_device);
SAME_FUNCTION(RequiredFunctions, unref_device);
SAME_FUNCTION(RequiredFunctions, get_bus_number);
SAME_FUNCTION(RequiredFunctions, get_device_address);
SAME_FUNCTION(RequiredFunctions, get_device_speed);
SAME_FUNCTION(RequiredFunctions, get_device_descriptor);
SAME_FUNCTION(RequiredFunctions, get_config_descriptor);
SAME_FUNCTION(RequiredFunctions, free_config_descriptor);
SAME_FUNCTION(RequiredFunctions, open);
SAME_FUNCTION(RequiredFunctions, close);
SAME_FUNCTION(RequiredFunctions, get_device);
SAME_FUNCTION(RequiredFunctions, get_configuration);
SAME_FUNCTION(RequiredFunctions, set_configuration);
SAME_FUNCTION(RequiredFunctions, claim_interface);
SAME_FUNCTION(RequiredFunctions, release_interface);
SAME_FUNCTION(RequiredFunctions, set_interface_alt_setting);
SAME_FUNCTION(RequiredFunctions, clear_halt);
SAME_FUNCTION(RequiredFunctions, reset_device);
SAME_FUNCTION(RequiredFunctions, kernel_driver_active);
SAME_FUNCTION(RequiredFunctions, detach_kernel_driver);
SAME_FUNCTION(RequiredFunctions, attach_kernel_driver);
SAME_FUNCTION(RequiredFunctions, alloc_transfer);
SAME_FUNCTION(RequiredFunctions, free_transfer);
SAME_FUNCTION(RequiredFunctions, submit_transfer);
SAME_FUNCTION(RequiredFunctions, cancel_transfer);
SAME_FUNCTION(RequiredFunctions, handle_events_timeout_completed);
SAME_FUNCTION(OptionalFunctions, has_capability);
SAME_FUNCTION(OptionalFunctions, set_debug);
SAME_FUNCTION(OptionalFunctions, get_port_numbers);
SAME_FUNCTION(OptionalFunctions, get_parent);
SAME_FUNCTION(OptionalFunctions, set_auto_detach_kernel_driver);
SAME_FUNCTION(OptionalFunctions, hotplug_register_callback);
SAME_FUNCTION(OptionalFunctions, hotplug_deregister_callback);
SAME_FUNCTION(OptionalFunctions, interrupt_event_handler);
SAME_FUNCTION(OptionalFunctions, dev_mem_alloc);
SAME_FUNCTION(OptionalFunctions, set_log_cb);
SAME_FUNCTION(OptionalFunctions, wrap_sys_device);
SAME_FUNCTION(OptionalFunctions, alloc_streams);
SAME_FUNCTION(OptionalFunctions, free_streams);
SAME_FUNCTION(OptionalFunctions, transfer_set_stream_id);
