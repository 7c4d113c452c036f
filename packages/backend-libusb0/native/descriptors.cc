#include "descriptors.h"

#include <algorithm>

namespace tsusb::libusb0 {
namespace {

using Bytes = std::vector<uint8_t>;

// wTotalLength has 16 bits (USB 2.0 §9.6.3).
constexpr size_t kMostBytes = 0xffff;
// bAlternateSetting and bNumEndpoints have 8 bits (USB 2.0 §9.6.5).
constexpr int kMostSettings = 256;

void Put16(Bytes& bytes, uint16_t value) {
  bytes.push_back(static_cast<uint8_t>(value & 0xff));
  bytes.push_back(static_cast<uint8_t>(value >> 8));
}

void PutExtra(Bytes& bytes, const unsigned char* extra, int length) {
  if (extra == nullptr || length <= 0 || bytes.size() >= kMostBytes) return;
  bytes.insert(bytes.end(), extra, extra + std::min<size_t>(length, kMostBytes - bytes.size()));
}

template <typename Endpoint>
void PutEndpoint(Bytes& bytes, const Endpoint& endpoint) {
  bytes.insert(bytes.end(), {endpoint.bLength, endpoint.bDescriptorType, endpoint.bEndpointAddress,
                             endpoint.bmAttributes});
  Put16(bytes, endpoint.wMaxPacketSize);
  bytes.push_back(endpoint.bInterval);
  // Audio 1.0 endpoints have two bytes more (USB Audio 1.0 §4.6.1.1); libusb reads just those.
  if (endpoint.bLength >= 9) bytes.insert(bytes.end(), {endpoint.bRefresh, endpoint.bSynchAddress});
  PutExtra(bytes, endpoint.extra, endpoint.extralen);
}

template <typename Setting>
void PutInterface(Bytes& bytes, const Setting& setting) {
  bytes.insert(bytes.end(), {setting.bLength, setting.bDescriptorType, setting.bInterfaceNumber,
                             setting.bAlternateSetting, setting.bNumEndpoints, setting.bInterfaceClass,
                             setting.bInterfaceSubClass, setting.bInterfaceProtocol, setting.iInterface});
  PutExtra(bytes, setting.extra, setting.extralen);
  for (int i = 0; setting.endpoint != nullptr && i < setting.bNumEndpoints; ++i) {
    PutEndpoint(bytes, setting.endpoint[i]);
  }
}

template <typename Configuration>
Bytes Rebuild(const Configuration& configuration) {
  Bytes bytes{configuration.bLength, configuration.bDescriptorType};
  Put16(bytes, configuration.wTotalLength);
  bytes.insert(bytes.end(),
               {configuration.bNumInterfaces, configuration.bConfigurationValue, configuration.iConfiguration,
                configuration.bmAttributes, configuration.MaxPower});
  PutExtra(bytes, configuration.extra, configuration.extralen);
  for (int i = 0; configuration.interface_ != nullptr && i < configuration.bNumInterfaces; ++i) {
    const auto& group = configuration.interface_[i];
    const int settings = group.altsetting == nullptr ? 0 : std::min<int>(group.num_altsetting, kMostSettings);
    for (int k = 0; k < settings && bytes.size() < kMostBytes; ++k) PutInterface(bytes, group.altsetting[k]);
  }
  return bytes;
}

}  // namespace

Bytes DeviceDescriptorBytes(const abi::usb_device_descriptor& descriptor) {
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

Bytes ConfigurationBytes(const abi::natural::usb_config_descriptor& configuration) {
  return Rebuild(configuration);
}

Bytes ConfigurationBytes(const abi::packed::usb_config_descriptor& configuration) {
  return Rebuild(configuration);
}

}  // namespace tsusb::libusb0
