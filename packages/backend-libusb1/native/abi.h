#ifndef TSUSB_LIBUSB1_ABI_H_
#define TSUSB_LIBUSB1_ABI_H_

#include <cstddef>
#include <cstdint>

#ifdef _WIN32
#include <winsock2.h>
#else
#include <sys/time.h>
#endif

// libusb 1.0's structures and signatures in our own words, since the addon is built without its header and
// meets any version from 1.0.16 on. Names are the header's. test/abi.test.ts compiles this against the real
// header. Source: libusb.h 1.0.26, the newer parts 1.0.27 and 1.0.30.

// Only 32-bit Windows has a calling convention other than C's (libusb.h, LIBUSB_CALL).
#if defined(_WIN32) && !defined(_WIN64)
#define TSUSB_LIBUSB_CALL __stdcall
#else
#define TSUSB_LIBUSB_CALL
#endif

namespace tsusb::libusb1::abi {

struct libusb_context;
struct libusb_device;
struct libusb_device_handle;

constexpr int LIBUSB_SUCCESS = 0;
constexpr int LIBUSB_ERROR_NO_DEVICE = -4;
constexpr int LIBUSB_ERROR_NOT_FOUND = -5;
constexpr int LIBUSB_ERROR_BUSY = -6;
constexpr int LIBUSB_ERROR_INTERRUPTED = -10;
constexpr int LIBUSB_ERROR_NO_MEM = -11;
constexpr int LIBUSB_ERROR_NOT_SUPPORTED = -12;
constexpr int LIBUSB_ERROR_OTHER = -99;

constexpr int LIBUSB_TRANSFER_COMPLETED = 0;
constexpr int LIBUSB_TRANSFER_ERROR = 1;
constexpr int LIBUSB_TRANSFER_TIMED_OUT = 2;
constexpr int LIBUSB_TRANSFER_CANCELLED = 3;
constexpr int LIBUSB_TRANSFER_NO_DEVICE = 5;

constexpr uint8_t LIBUSB_TRANSFER_TYPE_CONTROL = 0;
constexpr uint8_t LIBUSB_TRANSFER_TYPE_ISOCHRONOUS = 1;
constexpr uint8_t LIBUSB_TRANSFER_TYPE_BULK_STREAM = 4;  // Since 1.0.19.

constexpr uint8_t LIBUSB_TRANSFER_ADD_ZERO_PACKET = 8;

constexpr int LIBUSB_OPTION_LOG_LEVEL = 0;
constexpr int LIBUSB_OPTION_LOG_CB = 3;  // Since 1.0.27.
constexpr int LIBUSB_LOG_CB_GLOBAL = 1;
constexpr int LIBUSB_LOG_CB_CONTEXT = 2;

constexpr int LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED = 1;
constexpr int LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT = 2;
constexpr int LIBUSB_HOTPLUG_MATCH_ANY = -1;
constexpr uint32_t LIBUSB_CAP_HAS_HOTPLUG = 1;

struct libusb_version {
  uint16_t major;
  uint16_t minor;
  uint16_t micro;
  uint16_t nano;
  const char* rc;
  const char* describe;
};

struct libusb_device_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint16_t bcdUSB;
  uint8_t bDeviceClass;
  uint8_t bDeviceSubClass;
  uint8_t bDeviceProtocol;
  uint8_t bMaxPacketSize0;
  uint16_t idVendor;
  uint16_t idProduct;
  uint16_t bcdDevice;
  uint8_t iManufacturer;
  uint8_t iProduct;
  uint8_t iSerialNumber;
  uint8_t bNumConfigurations;
};

struct libusb_endpoint_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint8_t bEndpointAddress;
  uint8_t bmAttributes;
  uint16_t wMaxPacketSize;
  uint8_t bInterval;
  uint8_t bRefresh;
  uint8_t bSynchAddress;
  const unsigned char* extra;
  int extra_length;
};

struct libusb_interface_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint8_t bInterfaceNumber;
  uint8_t bAlternateSetting;
  uint8_t bNumEndpoints;
  uint8_t bInterfaceClass;
  uint8_t bInterfaceSubClass;
  uint8_t bInterfaceProtocol;
  uint8_t iInterface;
  const libusb_endpoint_descriptor* endpoint;
  const unsigned char* extra;
  int extra_length;
};

struct libusb_interface {
  const libusb_interface_descriptor* altsetting;
  int num_altsetting;
};

struct libusb_config_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint16_t wTotalLength;
  uint8_t bNumInterfaces;
  uint8_t bConfigurationValue;
  uint8_t iConfiguration;
  uint8_t bmAttributes;
  uint8_t MaxPower;
  // `interface` is a macro on Windows.
  const libusb_interface* interface_;
  const unsigned char* extra;
  int extra_length;
};

struct libusb_iso_packet_descriptor {
  unsigned int length;
  unsigned int actual_length;
  int status;
};

struct libusb_transfer;
using libusb_transfer_cb_fn = void(TSUSB_LIBUSB_CALL*)(libusb_transfer*);

struct libusb_transfer {
  libusb_device_handle* dev_handle;
  uint8_t flags;
  unsigned char endpoint;
  unsigned char type;
  unsigned int timeout;
  int status;
  int length;
  int actual_length;
  libusb_transfer_cb_fn callback;
  void* user_data;
  unsigned char* buffer;
  int num_iso_packets;
  // As many as were asked for; C's flexible array member is not C++.
  libusb_iso_packet_descriptor iso_packet_desc[1];
};

using libusb_log_cb = void(TSUSB_LIBUSB_CALL*)(libusb_context*, int level, const char* text);
using libusb_hotplug_callback_fn = int(TSUSB_LIBUSB_CALL*)(libusb_context*, libusb_device*, int event,
                                                           void* user_data);

// libusb_init_context's, since 1.0.27.
struct libusb_init_option {
  int option;
  union {
    int ival;
    libusb_log_cb log_cbval;
  } value;
};

// What libusb_get_device_string takes, since 1.0.30.
constexpr int LIBUSB_DEVICE_STRING_MANUFACTURER = 0;
constexpr int LIBUSB_DEVICE_STRING_PRODUCT = 1;
constexpr int LIBUSB_DEVICE_STRING_SERIAL_NUMBER = 2;

// Functions of libusb 1.0.16, without which nothing goes: one member each, named as in the header without
// `libusb_`.
struct RequiredFunctions {
  int(TSUSB_LIBUSB_CALL* init)(libusb_context**);
  void(TSUSB_LIBUSB_CALL* exit)(libusb_context*);
  const libusb_version*(TSUSB_LIBUSB_CALL* get_version)();
  intptr_t(TSUSB_LIBUSB_CALL* get_device_list)(libusb_context*, libusb_device***);
  void(TSUSB_LIBUSB_CALL* free_device_list)(libusb_device**, int);
  libusb_device*(TSUSB_LIBUSB_CALL* ref_device)(libusb_device*);
  void(TSUSB_LIBUSB_CALL* unref_device)(libusb_device*);
  uint8_t(TSUSB_LIBUSB_CALL* get_bus_number)(libusb_device*);
  uint8_t(TSUSB_LIBUSB_CALL* get_device_address)(libusb_device*);
  int(TSUSB_LIBUSB_CALL* get_device_speed)(libusb_device*);
  int(TSUSB_LIBUSB_CALL* get_device_descriptor)(libusb_device*, libusb_device_descriptor*);
  int(TSUSB_LIBUSB_CALL* get_config_descriptor)(libusb_device*, uint8_t, libusb_config_descriptor**);
  void(TSUSB_LIBUSB_CALL* free_config_descriptor)(libusb_config_descriptor*);
  int(TSUSB_LIBUSB_CALL* open)(libusb_device*, libusb_device_handle**);
  void(TSUSB_LIBUSB_CALL* close)(libusb_device_handle*);
  libusb_device*(TSUSB_LIBUSB_CALL* get_device)(libusb_device_handle*);
  int(TSUSB_LIBUSB_CALL* get_configuration)(libusb_device_handle*, int*);
  int(TSUSB_LIBUSB_CALL* set_configuration)(libusb_device_handle*, int);
  int(TSUSB_LIBUSB_CALL* claim_interface)(libusb_device_handle*, int);
  int(TSUSB_LIBUSB_CALL* release_interface)(libusb_device_handle*, int);
  int(TSUSB_LIBUSB_CALL* set_interface_alt_setting)(libusb_device_handle*, int, int);
  int(TSUSB_LIBUSB_CALL* clear_halt)(libusb_device_handle*, unsigned char);
  int(TSUSB_LIBUSB_CALL* reset_device)(libusb_device_handle*);
  int(TSUSB_LIBUSB_CALL* kernel_driver_active)(libusb_device_handle*, int);
  int(TSUSB_LIBUSB_CALL* detach_kernel_driver)(libusb_device_handle*, int);
  int(TSUSB_LIBUSB_CALL* attach_kernel_driver)(libusb_device_handle*, int);
  libusb_transfer*(TSUSB_LIBUSB_CALL* alloc_transfer)(int);
  void(TSUSB_LIBUSB_CALL* free_transfer)(libusb_transfer*);
  int(TSUSB_LIBUSB_CALL* submit_transfer)(libusb_transfer*);
  int(TSUSB_LIBUSB_CALL* cancel_transfer)(libusb_transfer*);
  int(TSUSB_LIBUSB_CALL* handle_events_timeout_completed)(libusb_context*, timeval*, int*);
};

// Functions that came later, or that some systems lack; nullptr where the library has none.
struct OptionalFunctions {
  int(TSUSB_LIBUSB_CALL* has_capability)(uint32_t);
  void(TSUSB_LIBUSB_CALL* set_debug)(libusb_context*, int);
  int(TSUSB_LIBUSB_CALL* get_port_numbers)(libusb_device*, uint8_t*, int);
  libusb_device*(TSUSB_LIBUSB_CALL* get_parent)(libusb_device*);
  int(TSUSB_LIBUSB_CALL* set_auto_detach_kernel_driver)(libusb_device_handle*, int);
  int(TSUSB_LIBUSB_CALL* hotplug_register_callback)(libusb_context*, int, int, int, int, int,
                                                    libusb_hotplug_callback_fn, void*, int*);
  void(TSUSB_LIBUSB_CALL* hotplug_deregister_callback)(libusb_context*, int);
  void(TSUSB_LIBUSB_CALL* interrupt_event_handler)(libusb_context*);
  // Variadic, which is another ABI on arm64 macOS, and never stdcall.
  int (*set_option)(libusb_context*, int, ...);
  void(TSUSB_LIBUSB_CALL* set_log_cb)(libusb_context*, libusb_log_cb, int);
  int(TSUSB_LIBUSB_CALL* wrap_sys_device)(libusb_context*, intptr_t, libusb_device_handle**);
  int(TSUSB_LIBUSB_CALL* init_context)(libusb_context**, const libusb_init_option*, int);
  int(TSUSB_LIBUSB_CALL* alloc_streams)(libusb_device_handle*, uint32_t, unsigned char*, int);
  int(TSUSB_LIBUSB_CALL* free_streams)(libusb_device_handle*, unsigned char*, int);
  void(TSUSB_LIBUSB_CALL* transfer_set_stream_id)(libusb_transfer*, uint32_t);
  unsigned char*(TSUSB_LIBUSB_CALL* dev_mem_alloc)(libusb_device_handle*, size_t);
  int(TSUSB_LIBUSB_CALL* get_device_string)(libusb_device*, int, char*, int);
};

}  // namespace tsusb::libusb1::abi

#endif  // TSUSB_LIBUSB1_ABI_H_
