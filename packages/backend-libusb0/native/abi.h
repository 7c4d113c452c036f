#ifndef TSUSB_LIBUSB0_ABI_H_
#define TSUSB_LIBUSB0_ABI_H_

#include <climits>
#include <cstddef>
#include <cstdint>

// libusb 0.1's structures and signatures in our own words, since the addon is built without its header and
// meets three implementations whose structures differ. Names are the header's. test/abi.test.ts compiles this
// against the original's header and holds every offset against a literal. Source: usb.h of libusb 0.1.12, the
// same of libusb-compat 0.1.8, lusb0_usb.h of libusb-win32 1.2.6.

namespace tsusb::libusb0::abi {

// usb.h, LIBUSB_PATH_MAX: it is whatever PATH_MAX was where the library was built.
#ifdef PATH_MAX
constexpr size_t kPathMax = PATH_MAX;
#else
constexpr size_t kPathMax = 4096;
#endif

struct usb_dev_handle;

#pragma pack(push, 1)
struct usb_device_descriptor {
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
#pragma pack(pop)

// The layout of the original and of the compatibility layer.
namespace natural {

struct usb_endpoint_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint8_t bEndpointAddress;
  uint8_t bmAttributes;
  uint16_t wMaxPacketSize;
  uint8_t bInterval;
  uint8_t bRefresh;
  uint8_t bSynchAddress;
  unsigned char* extra;
  int extralen;
};

struct usb_interface_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint8_t bInterfaceNumber;
  uint8_t bAlternateSetting;
  uint8_t bNumEndpoints;
  uint8_t bInterfaceClass;
  uint8_t bInterfaceSubClass;
  uint8_t bInterfaceProtocol;
  uint8_t iInterface;
  usb_endpoint_descriptor* endpoint;
  unsigned char* extra;
  int extralen;
};

struct usb_interface {
  usb_interface_descriptor* altsetting;
  int num_altsetting;
};

struct usb_config_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint16_t wTotalLength;
  uint8_t bNumInterfaces;
  uint8_t bConfigurationValue;
  uint8_t iConfiguration;
  uint8_t bmAttributes;
  uint8_t MaxPower;
  // `interface` is a macro on Windows.
  usb_interface* interface_;
  unsigned char* extra;
  int extralen;
};

struct usb_bus;

struct usb_device {
  usb_device* next;
  usb_device* prev;
  char filename[kPathMax + 1];
  usb_bus* bus;
  usb_device_descriptor descriptor;
  // As many as bNumConfigurations, or nullptr.
  usb_config_descriptor* config;
  void* dev;
  uint8_t devnum;
  unsigned char num_children;
  usb_device** children;
};

struct usb_bus {
  usb_bus* next;
  usb_bus* prev;
  char dirname[kPathMax + 1];
  usb_device* devices;
  uint32_t location;
  usb_device* root_dev;
};

}  // namespace natural

// The layout of libusb-win32: every structure packed, names of 512 bytes (LIBUSB_PATH_MAX).
#pragma pack(push, 1)
namespace packed {

struct usb_endpoint_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint8_t bEndpointAddress;
  uint8_t bmAttributes;
  uint16_t wMaxPacketSize;
  uint8_t bInterval;
  uint8_t bRefresh;
  uint8_t bSynchAddress;
  unsigned char* extra;
  int extralen;
};

struct usb_interface_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint8_t bInterfaceNumber;
  uint8_t bAlternateSetting;
  uint8_t bNumEndpoints;
  uint8_t bInterfaceClass;
  uint8_t bInterfaceSubClass;
  uint8_t bInterfaceProtocol;
  uint8_t iInterface;
  usb_endpoint_descriptor* endpoint;
  unsigned char* extra;
  int extralen;
};

struct usb_interface {
  usb_interface_descriptor* altsetting;
  int num_altsetting;
};

struct usb_config_descriptor {
  uint8_t bLength;
  uint8_t bDescriptorType;
  uint16_t wTotalLength;
  uint8_t bNumInterfaces;
  uint8_t bConfigurationValue;
  uint8_t iConfiguration;
  uint8_t bmAttributes;
  uint8_t MaxPower;
  usb_interface* interface_;
  unsigned char* extra;
  int extralen;
};

struct usb_bus;

struct usb_device {
  usb_device* next;
  usb_device* prev;
  char filename[512];
  usb_bus* bus;
  usb_device_descriptor descriptor;
  usb_config_descriptor* config;
  void* dev;
  uint8_t devnum;
  unsigned char num_children;
  usb_device** children;
};

struct usb_bus {
  usb_bus* next;
  usb_bus* prev;
  char dirname[512];
  usb_device* devices;
  // `unsigned long`, which has 32 bits on Windows.
  uint32_t location;
  usb_device* root_dev;
};

}  // namespace packed
#pragma pack(pop)

// libusb-win32's usb_get_version().
struct usb_version_numbers {
  int major;
  int minor;
  int micro;
  int nano;
};
struct usb_version {
  usb_version_numbers dll;
  usb_version_numbers driver;
};

// Functions that all three have and without which nothing goes: one member each, named as in the header
// without `usb_`. Lists and devices are `void*`: what they point to depends on the layout.
struct RequiredFunctions {
  void (*init)();
  int (*find_busses)();
  int (*find_devices)();
  void* (*get_busses)();
  usb_dev_handle* (*open)(void* device);
  int (*close)(usb_dev_handle*);
  int (*bulk_write)(usb_dev_handle*, int ep, const char* bytes, int size, int timeout);
  int (*bulk_read)(usb_dev_handle*, int ep, char* bytes, int size, int timeout);
  int (*interrupt_write)(usb_dev_handle*, int ep, const char* bytes, int size, int timeout);
  int (*interrupt_read)(usb_dev_handle*, int ep, char* bytes, int size, int timeout);
  int (*control_msg)(usb_dev_handle*, int requesttype, int request, int value, int index, char* bytes,
                     int size, int timeout);
  int (*set_configuration)(usb_dev_handle*, int configuration);
  int (*claim_interface)(usb_dev_handle*, int number);
  int (*release_interface)(usb_dev_handle*, int number);
  int (*set_altinterface)(usb_dev_handle*, int alternate);
  int (*clear_halt)(usb_dev_handle*, unsigned int ep);
  int (*reset)(usb_dev_handle*);
};

// Functions that some implementations lack; nullptr there.
struct OptionalFunctions {
  void (*set_debug)(int level);
  int (*get_driver_np)(usb_dev_handle*, int number, char* name, unsigned int namelen);
  int (*detach_kernel_driver_np)(usb_dev_handle*, int number);
  // libusb-win32 only.
  const usb_version* (*get_version)();
  int (*isochronous_setup_async)(usb_dev_handle*, void** context, unsigned char ep, int pktsize);
  int (*bulk_setup_async)(usb_dev_handle*, void** context, unsigned char ep);
  int (*interrupt_setup_async)(usb_dev_handle*, void** context, unsigned char ep);
  int (*submit_async)(void* context, char* bytes, int size);
  int (*reap_async_nocancel)(void* context, int timeout);
  int (*cancel_async)(void* context);
  int (*free_async)(void** context);
};

// What the three return for a timeout. Source: lusb0 error.h, ETRANSFER_TIMEDOUT, whatever errno.h says.
constexpr int ETRANSFER_TIMEDOUT = 116;

}  // namespace tsusb::libusb0::abi

#endif  // TSUSB_LIBUSB0_ABI_H_
