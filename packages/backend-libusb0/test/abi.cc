// Compiled by abi.test.ts and never run: our words for libusb 0.1's structures against the original's own
// header, and every place in them against a number that was measured.
#include "../native/abi.h"

#include <cstddef>
#include <type_traits>

namespace ours = tsusb::libusb0::abi;

#include <usb.h>

// Same size, and the same place and size of a member, by value of the checks below.
template <typename Theirs, typename Ours>
constexpr bool SameSize() {
  return sizeof(Theirs) == sizeof(Ours) && alignof(Theirs) == alignof(Ours);
}

#define SAME_MEMBER_AS(type, theirs, our)                                         \
  static_assert(offsetof(::type, theirs) == offsetof(ours::natural::type, our) && \
                    sizeof(::type::theirs) == sizeof(ours::natural::type::our),   \
                #type "." #theirs)
#define SAME_MEMBER(type, member) SAME_MEMBER_AS(type, member, member)

static_assert(sizeof(::usb_device_descriptor) == sizeof(ours::usb_device_descriptor));
static_assert(offsetof(::usb_device_descriptor, idVendor) == offsetof(ours::usb_device_descriptor, idVendor));
static_assert(offsetof(::usb_device_descriptor, bNumConfigurations) ==
              offsetof(ours::usb_device_descriptor, bNumConfigurations));

static_assert(SameSize<::usb_endpoint_descriptor, ours::natural::usb_endpoint_descriptor>());
SAME_MEMBER(usb_endpoint_descriptor, wMaxPacketSize);
SAME_MEMBER(usb_endpoint_descriptor, bSynchAddress);
SAME_MEMBER(usb_endpoint_descriptor, extra);
SAME_MEMBER(usb_endpoint_descriptor, extralen);

static_assert(SameSize<::usb_interface_descriptor, ours::natural::usb_interface_descriptor>());
SAME_MEMBER(usb_interface_descriptor, iInterface);
SAME_MEMBER(usb_interface_descriptor, endpoint);
SAME_MEMBER(usb_interface_descriptor, extra);
SAME_MEMBER(usb_interface_descriptor, extralen);

static_assert(SameSize<::usb_interface, ours::natural::usb_interface>());
SAME_MEMBER(usb_interface, altsetting);
SAME_MEMBER(usb_interface, num_altsetting);

static_assert(SameSize<::usb_config_descriptor, ours::natural::usb_config_descriptor>());
SAME_MEMBER(usb_config_descriptor, wTotalLength);
SAME_MEMBER(usb_config_descriptor, MaxPower);
SAME_MEMBER_AS(usb_config_descriptor, interface, interface_);
SAME_MEMBER(usb_config_descriptor, extra);
SAME_MEMBER(usb_config_descriptor, extralen);

static_assert(SameSize<struct ::usb_device, ours::natural::usb_device>());
static_assert(SameSize<struct ::usb_bus, ours::natural::usb_bus>());
SAME_MEMBER(usb_bus, dirname);
SAME_MEMBER(usb_bus, devices);
SAME_MEMBER(usb_bus, location);
SAME_MEMBER(usb_bus, root_dev);

// A parameter of ours may be void* where theirs points to a structure, and const where theirs is not.
template <typename Theirs, typename Ours>
struct Alike : std::is_same<Theirs, Ours> {};
template <typename Theirs, typename Ours>
struct Alike<Theirs*, Ours*> : std::true_type {};

template <typename Theirs, typename Ours>
struct SameSignature : std::false_type {};
template <typename R, typename... P, typename S, typename... Q>
struct SameSignature<R (*)(P...), S (*)(Q...)>
    : std::bool_constant<Alike<R, S>::value && (Alike<P, Q>::value && ...)> {};

#define SAME_FUNCTION(kind, name) \
  static_assert(SameSignature<decltype(&::usb_##name), decltype(ours::kind::name)>::value, #name)
#define REQUIRED(name) SAME_FUNCTION(RequiredFunctions, name)
#define OPTIONAL(name) SAME_FUNCTION(OptionalFunctions, name)

REQUIRED(init);
REQUIRED(find_busses);
REQUIRED(find_devices);
REQUIRED(get_busses);
REQUIRED(open);
REQUIRED(close);
REQUIRED(bulk_write);
REQUIRED(bulk_read);
REQUIRED(interrupt_write);
REQUIRED(interrupt_read);
REQUIRED(control_msg);
REQUIRED(set_configuration);
REQUIRED(claim_interface);
REQUIRED(release_interface);
REQUIRED(set_altinterface);
REQUIRED(clear_halt);
REQUIRED(reset);
OPTIONAL(set_debug);
OPTIONAL(get_driver_np);
OPTIONAL(detach_kernel_driver_np);

#include "layouts.h"

#define PLACE(layout, type, member, value) static_assert(offsetof(ours::layout::type, member) == (value))
#define SIZE(layout, type, value) static_assert(sizeof(ours::layout::type) == (value))
TSUSB_NATURAL_PLACES(PLACE, SIZE)
TSUSB_PACKED_PLACES(PLACE, SIZE)
