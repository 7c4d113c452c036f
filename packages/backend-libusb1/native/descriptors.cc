#include "descriptors.h"

namespace tsusb::libusb1 {
namespace {

using Bytes = std::vector<uint8_t>;

void Put16(Bytes& bytes, uint16_t value) {
  bytes.push_back(static_cast<uint8_t>(value & 0xff));
  bytes.push_back(static_cast<uint8_t>(value >> 8));
}

void PutExtra(Bytes& bytes, const unsigned char* extra, int length) {
  if (extra != nullptr && length > 0) bytes.insert(bytes.end(), extra, extra + length);
}

void PutEndpoint(Bytes& bytes, const abi::libusb_endpoint_descriptor& endpoint) {
  bytes.insert(bytes.end(), {endpoint.bLength, endpoint.bDescriptorType, endpoint.bEndpointAddress,
                             endpoint.bmAttributes});
  Put16(bytes, endpoint.wMaxPacketSize);
  bytes.push_back(endpoint.bInterval);
  // Audio 1.0 endpoints have two bytes more (libusb.h: "For audio devices only"); libusb reads just those.
  if (endpoint.bLength >= 9) bytes.insert(bytes.end(), {endpoint.bRefresh, endpoint.bSynchAddress});
  PutExtra(bytes, endpoint.extra, endpoint.extra_length);
}

void PutInterface(Bytes& bytes, const abi::libusb_interface_descriptor& setting) {
  bytes.insert(bytes.end(), {setting.bLength, setting.bDescriptorType, setting.bInterfaceNumber,
                             setting.bAlternateSetting, setting.bNumEndpoints, setting.bInterfaceClass,
                             setting.bInterfaceSubClass, setting.bInterfaceProtocol, setting.iInterface});
  PutExtra(bytes, setting.extra, setting.extra_length);
  for (int i = 0; setting.endpoint != nullptr && i < setting.bNumEndpoints; ++i) {
    PutEndpoint(bytes, setting.endpoint[i]);
  }
}

}  // namespace

Bytes DeviceDescriptorBytes(const abi::libusb_device_descriptor& descriptor) {
  Bytes bytes{descriptor.bLength, descriptor.bDescriptorType};
  Put16(bytes, descriptor.bcdUSB);
  bytes.insert(bytes.end(), {descriptor.bDeviceClass, descriptor.bDeviceSubClass, descriptor.bDeviceProtocol,
                             descriptor.bMaxPacketSize0});
  Put16(bytes, descriptor.idVendor);
  Put16(bytes, descriptor.idProduct);
  Put16(bytes, descriptor.bcdDevice);
  bytes.insert(bytes.end(), {descriptor.iManufacturer, descriptor.iProduct, descriptor.iSerialNumber,
                             descriptor.bNumConfigurations});
  return bytes;
}

Bytes ConfigurationBytes(const abi::libusb_config_descriptor& configuration) {
  Bytes bytes{configuration.bLength, configuration.bDescriptorType};
  Put16(bytes, configuration.wTotalLength);
  bytes.insert(bytes.end(),
               {configuration.bNumInterfaces, configuration.bConfigurationValue, configuration.iConfiguration,
                configuration.bmAttributes, configuration.MaxPower});
  PutExtra(bytes, configuration.extra, configuration.extra_length);
  for (int i = 0; configuration.interface_ != nullptr && i < configuration.bNumInterfaces; ++i) {
    const abi::libusb_interface& group = configuration.interface_[i];
    for (int k = 0; k < group.num_altsetting; ++k) PutInterface(bytes, group.altsetting[k]);
  }
  return bytes;
}

}  // namespace tsusb::libusb1
