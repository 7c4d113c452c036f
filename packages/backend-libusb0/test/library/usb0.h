// The structures of libusb 0.1 in the words of the test libraries: compat.c and win32.c include this, packed
// or not. It shares nothing with the addon but the numbers in ../layouts.h, which both are held against.
#include <stddef.h>
#include <stdint.h>

#ifdef TSUSB_PACKED
#define NAME_SIZE 512
#pragma pack(push, 1)
#else
#define NAME_SIZE 4097
#endif

struct usb_endpoint_descriptor {
  uint8_t bLength, bDescriptorType, bEndpointAddress, bmAttributes;
  uint16_t wMaxPacketSize;
  uint8_t bInterval, bRefresh, bSynchAddress;
  unsigned char *extra;
  int extralen;
};

struct usb_interface_descriptor {
  uint8_t bLength, bDescriptorType, bInterfaceNumber, bAlternateSetting, bNumEndpoints;
  uint8_t bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol, iInterface;
  struct usb_endpoint_descriptor *endpoint;
  unsigned char *extra;
  int extralen;
};

struct usb_interface {
  struct usb_interface_descriptor *altsetting;
  int num_altsetting;
};

struct usb_config_descriptor {
  uint8_t bLength, bDescriptorType;
  uint16_t wTotalLength;
  uint8_t bNumInterfaces, bConfigurationValue, iConfiguration, bmAttributes, MaxPower;
  struct usb_interface *interface;
  unsigned char *extra;
  int extralen;
};

struct usb_bus;

struct usb_device {
  struct usb_device *next, *prev;
  char filename[NAME_SIZE];
  struct usb_bus *bus;
  uint8_t descriptor[18];
  struct usb_config_descriptor *config;
  void *dev;
  uint8_t devnum;
  unsigned char num_children;
  struct usb_device **children;
};

struct usb_bus {
  struct usb_bus *next, *prev;
  char dirname[NAME_SIZE];
  struct usb_device *devices;
  uint32_t location;
  struct usb_device *root_dev;
};

#ifdef TSUSB_PACKED
#pragma pack(pop)
#endif

#include "../layouts.h"
#define PLACE(layout, type, member, value) \
  _Static_assert(offsetof(struct type, member) == (value), #type "." #member)
#define SIZE(layout, type, value) _Static_assert(sizeof(struct type) == (value), #type)
#ifdef TSUSB_PACKED
TSUSB_PACKED_PLACES(PLACE, SIZE)
#else
TSUSB_NATURAL_PLACES(PLACE, SIZE)
#endif
