// Sizes and places in the structures of libusb 0.1 on 64-bit systems, as numbers: measured with the compilers
// of the libraries themselves. abi.cc holds the addon's structures against them, and the test libraries their
// own.
#ifndef TSUSB_LIBUSB0_TEST_LAYOUTS_H_
#define TSUSB_LIBUSB0_TEST_LAYOUTS_H_

// The original and the compatibility layer, where PATH_MAX is 4096.
#define TSUSB_NATURAL_PLACES(PLACE, SIZE)                 \
  SIZE(natural, usb_endpoint_descriptor, 32);             \
  PLACE(natural, usb_endpoint_descriptor, extra, 16);     \
  SIZE(natural, usb_interface_descriptor, 40);            \
  PLACE(natural, usb_interface_descriptor, endpoint, 16); \
  PLACE(natural, usb_interface_descriptor, extra, 24);    \
  PLACE(natural, usb_interface_descriptor, extralen, 32); \
  SIZE(natural, usb_interface, 16);                       \
  SIZE(natural, usb_config_descriptor, 40);               \
  PLACE(natural, usb_config_descriptor, MaxPower, 8);     \
  PLACE(natural, usb_config_descriptor, extra, 24);       \
  PLACE(natural, usb_config_descriptor, extralen, 32);    \
  SIZE(natural, usb_device, 4184);                        \
  PLACE(natural, usb_device, filename, 16);               \
  PLACE(natural, usb_device, bus, 4120);                  \
  PLACE(natural, usb_device, descriptor, 4128);           \
  PLACE(natural, usb_device, config, 4152);               \
  PLACE(natural, usb_device, dev, 4160);                  \
  PLACE(natural, usb_device, devnum, 4168);               \
  PLACE(natural, usb_device, num_children, 4169);         \
  PLACE(natural, usb_device, children, 4176);             \
  SIZE(natural, usb_bus, 4144);                           \
  PLACE(natural, usb_bus, dirname, 16);                   \
  PLACE(natural, usb_bus, devices, 4120);                 \
  PLACE(natural, usb_bus, location, 4128);                \
  PLACE(natural, usb_bus, root_dev, 4136);

// libusb-win32: packed, names of 512 bytes.
#define TSUSB_PACKED_PLACES(PLACE, SIZE)                 \
  SIZE(packed, usb_endpoint_descriptor, 21);             \
  PLACE(packed, usb_endpoint_descriptor, extra, 9);      \
  SIZE(packed, usb_interface_descriptor, 29);            \
  PLACE(packed, usb_interface_descriptor, endpoint, 9);  \
  PLACE(packed, usb_interface_descriptor, extra, 17);    \
  PLACE(packed, usb_interface_descriptor, extralen, 25); \
  SIZE(packed, usb_interface, 12);                       \
  SIZE(packed, usb_config_descriptor, 29);               \
  PLACE(packed, usb_config_descriptor, extra, 17);       \
  SIZE(packed, usb_device, 580);                         \
  PLACE(packed, usb_device, filename, 16);               \
  PLACE(packed, usb_device, bus, 528);                   \
  PLACE(packed, usb_device, descriptor, 536);            \
  PLACE(packed, usb_device, config, 554);                \
  PLACE(packed, usb_device, devnum, 570);                \
  PLACE(packed, usb_device, children, 572);              \
  SIZE(packed, usb_bus, 548);                            \
  PLACE(packed, usb_bus, dirname, 16);                   \
  PLACE(packed, usb_bus, devices, 528);                  \
  PLACE(packed, usb_bus, location, 536);                 \
  PLACE(packed, usb_bus, root_dev, 540);

#endif  // TSUSB_LIBUSB0_TEST_LAYOUTS_H_
