#include "transfer.h"

#include <utility>

namespace tsusb::libusb1 {

Slot::Slot(std::shared_ptr<const Library> library, uint32_t capacity, int packets)
    : TransferMemory(capacity, packets),
      library_(std::move(library)),
      transfer_(library_->alloc_transfer(packets)) {}

Slot::~Slot() {
  if (transfer_ == nullptr) return;
  // Some versions of libusb log by way of the transfer's handle when they free it, and that is closed by now.
  transfer_->dev_handle = nullptr;
  library_->free_transfer(transfer_);
}

abi::libusb_iso_packet_descriptor* Slot::packet_descriptors() const {
  // Not `transfer_->iso_packet_desc`: a compiler may believe that it has one element.
  return reinterpret_cast<abi::libusb_iso_packet_descriptor*>(
      reinterpret_cast<uint8_t*>(transfer_) + offsetof(abi::libusb_transfer, iso_packet_desc));
}

}  // namespace tsusb::libusb1
