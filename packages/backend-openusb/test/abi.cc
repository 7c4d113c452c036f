// The addon's declarations against sizes and offsets that were measured with OpenUSB's own header (LP64). The
// test library asserts its own structs, which share nothing with these. Compiled by abi.mjs.
#include "../native/abi.h"

#include <cstddef>
#include <type_traits>

namespace abi = tsusb::openusb::abi;

#ifndef SHIFT
#define SHIFT 0
#endif

#define SIZE(type, size) static_assert(sizeof(abi::type) == (size), #type)
#define AT(type, field, offset) static_assert(offsetof(abi::type, field) == (offset), #type "." #field)

static_assert(sizeof(void*) == 8, "measured with 64-bit pointers");

static_assert(std::is_same_v<abi::openusb_handle_t, uint64_t>);
static_assert(std::is_same_v<abi::openusb_dev_handle_t, uint64_t>);
static_assert(std::is_same_v<abi::openusb_busid_t, uint64_t>);
static_assert(std::is_same_v<abi::openusb_devid_t, uint64_t>);

SIZE(openusb_request_result_t, 8);
AT(openusb_request_result_t, status, 0);
AT(openusb_request_result_t, transferred_bytes, 4);

AT(openusb_ctrl_setup, bmRequestType, 0);
AT(openusb_ctrl_setup, bRequest, 1);
AT(openusb_ctrl_setup, wValue, 2);
AT(openusb_ctrl_setup, wIndex, 4);

SIZE(openusb_ctrl_request_t, 48 + SHIFT);
AT(openusb_ctrl_request_t, setup, 0);
AT(openusb_ctrl_request_t, payload, 8);
AT(openusb_ctrl_request_t, length, 16);
AT(openusb_ctrl_request_t, timeout, 20);
AT(openusb_ctrl_request_t, flags, 24);
AT(openusb_ctrl_request_t, result, 28);
AT(openusb_ctrl_request_t, next, 40);

SIZE(openusb_intr_request_t, 48);
AT(openusb_intr_request_t, interval, 0);
AT(openusb_intr_request_t, payload, 8);
AT(openusb_intr_request_t, length, 16);
AT(openusb_intr_request_t, timeout, 20);
AT(openusb_intr_request_t, flags, 24);
AT(openusb_intr_request_t, result, 28);
AT(openusb_intr_request_t, next, 40);

SIZE(openusb_bulk_request_t, 40);
AT(openusb_bulk_request_t, payload, 0);
AT(openusb_bulk_request_t, length, 8);
AT(openusb_bulk_request_t, timeout, 12);
AT(openusb_bulk_request_t, flags, 16);
AT(openusb_bulk_request_t, result, 20);
AT(openusb_bulk_request_t, next, 32);

SIZE(openusb_isoc_packet, 16);
AT(openusb_isoc_packet, payload, 0);
AT(openusb_isoc_packet, length, 8);
SIZE(openusb_isoc_pkts_t, 16);
AT(openusb_isoc_pkts_t, num_packets, 0);
AT(openusb_isoc_pkts_t, packets, 8);

SIZE(openusb_isoc_request_t, 48);
AT(openusb_isoc_request_t, start_frame, 0);
AT(openusb_isoc_request_t, flags, 4);
AT(openusb_isoc_request_t, pkts, 8);
AT(openusb_isoc_request_t, isoc_results, 24);
AT(openusb_isoc_request_t, isoc_status, 32);
AT(openusb_isoc_request_t, next, 40);

SIZE(openusb_request_handle, 40);
AT(openusb_request_handle, dev, 0);
AT(openusb_request_handle, interface_, 8);
AT(openusb_request_handle, endpoint, 9);
AT(openusb_request_handle, type, 12);
AT(openusb_request_handle, req, 16);
AT(openusb_request_handle, cb, 24);
AT(openusb_request_handle, arg, 32);

// Numbers of the header that the addon itself goes by.
static_assert(abi::OPENUSB_SUCCESS == 0);
static_assert(abi::OPENUSB_PLATFORM_FAILURE == -1);
static_assert(abi::OPENUSB_NO_RESOURCES == -2);
static_assert(abi::OPENUSB_BUSY == -7);
static_assert(abi::OPENUSB_BADARG == -8);
static_assert(abi::OPENUSB_UNKNOWN_DEVICE == -11);
static_assert(abi::OPENUSB_INVALID_HANDLE == -12);
static_assert(abi::OPENUSB_NULL_LIST == -14);
static_assert(abi::OPENUSB_IO_STALL == -50);
static_assert(abi::OPENUSB_IO_TIMEOUT == -62);
static_assert(abi::OPENUSB_IO_CANCELED == -63);
static_assert(abi::USB_ATTACH == 0 && abi::USB_REMOVE == 1);
static_assert(abi::USB_TYPE_CONTROL == 1 && abi::USB_TYPE_INTERRUPT == 2);
static_assert(abi::USB_TYPE_BULK == 3 && abi::USB_TYPE_ISOCHRONOUS == 4);
static_assert(abi::USB_INIT_DEFAULT == 0);
