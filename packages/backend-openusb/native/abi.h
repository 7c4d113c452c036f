#ifndef TSUSB_OPENUSB_ABI_H_
#define TSUSB_OPENUSB_ABI_H_

#include <cstdarg>
#include <cstdint>

// OpenUSB 1.x's structures and signatures in our own words, since the addon is built without its header. The
// ABI has not changed from 1.0.1 to 1.1.11. Names are the header's. test/abi.test.ts holds sizes and offsets
// against numbers measured with the real header. Source: openusb.h 1.1.11.

namespace tsusb::openusb::abi {

// Small numbers that the library hands out, never pointers.
using openusb_handle_t = uint64_t;
using openusb_dev_handle_t = uint64_t;
using openusb_busid_t = uint64_t;
using openusb_devid_t = uint64_t;

constexpr int32_t OPENUSB_SUCCESS = 0;
constexpr int32_t OPENUSB_PLATFORM_FAILURE = -1;
constexpr int32_t OPENUSB_NO_RESOURCES = -2;
constexpr int32_t OPENUSB_BUSY = -7;
constexpr int32_t OPENUSB_BADARG = -8;
constexpr int32_t OPENUSB_UNKNOWN_DEVICE = -11;
constexpr int32_t OPENUSB_INVALID_HANDLE = -12;
constexpr int32_t OPENUSB_NULL_LIST = -14;
constexpr int32_t OPENUSB_IO_STALL = -50;
constexpr int32_t OPENUSB_IO_TIMEOUT = -62;
constexpr int32_t OPENUSB_IO_CANCELED = -63;

// enum openusb_event.
constexpr int32_t USB_ATTACH = 0;
constexpr int32_t USB_REMOVE = 1;

// enum openusb_transfer_type.
constexpr int32_t USB_TYPE_CONTROL = 1;
constexpr int32_t USB_TYPE_INTERRUPT = 2;
constexpr int32_t USB_TYPE_BULK = 3;
constexpr int32_t USB_TYPE_ISOCHRONOUS = 4;

// enum openusb_init_flag.
constexpr int32_t USB_INIT_DEFAULT = 0;

// USB 2.0 Table 9-5.
constexpr uint8_t USB_DESC_TYPE_DEVICE = 1;
constexpr uint8_t USB_DESC_TYPE_CONFIG = 2;

struct openusb_request_result_t {
  int32_t status;
  uint32_t transferred_bytes;
};

// In the host's byte order; the library makes the packet of it, with the request's length as wLength.
struct openusb_ctrl_setup {
  uint8_t bmRequestType;
  uint8_t bRequest;
  uint16_t wValue;
  uint16_t wIndex;
};

struct openusb_ctrl_request_t {
  openusb_ctrl_setup setup;
  uint8_t* payload;
  uint32_t length;
  uint32_t timeout;
  uint32_t flags;
  openusb_request_result_t result;
  openusb_ctrl_request_t* next;
};

struct openusb_intr_request_t {
  uint16_t interval;
  uint8_t* payload;
  uint32_t length;
  uint32_t timeout;
  uint32_t flags;
  openusb_request_result_t result;
  openusb_intr_request_t* next;
};

struct openusb_bulk_request_t {
  uint8_t* payload;
  uint32_t length;
  uint32_t timeout;
  uint32_t flags;
  openusb_request_result_t result;
  openusb_bulk_request_t* next;
};

struct openusb_isoc_packet {
  uint8_t* payload;
  uint32_t length;
};

struct openusb_isoc_pkts_t {
  uint32_t num_packets;
  openusb_isoc_packet* packets;
};

struct openusb_isoc_request_t {
  uint32_t start_frame;
  uint32_t flags;
  openusb_isoc_pkts_t pkts;
  // As many as there are packets; the caller's.
  openusb_request_result_t* isoc_results;
  int32_t isoc_status;
  openusb_isoc_request_t* next;
};

struct openusb_request_handle;
// Runs on the library's thread for the device, which holds a lock of the device meanwhile.
using openusb_request_callback = int32_t (*)(openusb_request_handle*);

struct openusb_request_handle {
  openusb_dev_handle_t dev;
  uint8_t interface_;  // `interface` is a macro on Windows.
  uint8_t endpoint;
  int32_t type;
  union {
    openusb_ctrl_request_t* ctrl;
    openusb_intr_request_t* intr;
    openusb_bulk_request_t* bulk;
    openusb_isoc_request_t* isoc;
  } req;
  openusb_request_callback cb;
  void* arg;
};

using openusb_event_callback_t = void (*)(openusb_handle_t, openusb_devid_t, int32_t event, void* arg);
using openusb_debug_callback_t = void (*)(openusb_handle_t, const char* format, va_list arguments);

// All that the addon calls, one member each, named as in the header without `openusb_`. Missing on purpose:
// what waits for a device on the caller's thread (ctrl_xfer, xfer_wait, wait), and get_device_data, which
// reads strings from the device and hangs where one is refused.
struct Functions {
  int32_t (*init)(uint32_t flags, openusb_handle_t*);
  void (*fini)(openusb_handle_t);
  int32_t (*set_event_callback)(openusb_handle_t, int32_t event, openusb_event_callback_t, void* arg);
  void (*set_debug)(openusb_handle_t, uint32_t level, uint32_t flags, openusb_debug_callback_t);
  int32_t (*get_devids_by_bus)(openusb_handle_t, openusb_busid_t, openusb_devid_t**, uint32_t* count);
  void (*free_devid_list)(openusb_devid_t*);
  int32_t (*get_raw_desc)(openusb_handle_t, openusb_devid_t, uint8_t type, uint8_t index, uint16_t langid,
                          uint8_t**, uint16_t* length);
  void (*free_raw_desc)(uint8_t*);
  int32_t (*open_device)(openusb_handle_t, openusb_devid_t, int32_t flags, openusb_dev_handle_t*);
  int32_t (*close_device)(openusb_dev_handle_t);
  int32_t (*get_configuration)(openusb_dev_handle_t, uint8_t*);
  int32_t (*set_configuration)(openusb_dev_handle_t, uint8_t);
  int32_t (*claim_interface)(openusb_dev_handle_t, uint8_t, int32_t flags);
  int32_t (*release_interface)(openusb_dev_handle_t, uint8_t);
  int32_t (*set_altsetting)(openusb_dev_handle_t, uint8_t, uint8_t);
  int32_t (*reset)(openusb_dev_handle_t);
  int32_t (*xfer_aio)(openusb_request_handle*);
  int32_t (*abort)(openusb_request_handle*);
  int32_t (*poll)(uint32_t count, openusb_request_handle**, openusb_request_handle** done);
};

}  // namespace tsusb::openusb::abi

#endif  // TSUSB_OPENUSB_ABI_H_
