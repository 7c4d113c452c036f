#include "transfer.h"

#include <utility>

namespace tsusb::libusb1 {

abi::libusb_iso_packet_descriptor* PacketsOf(abi::libusb_transfer* transfer) {
  // Not `transfer->iso_packet_desc`: a compiler may believe that it has one element.
  return reinterpret_cast<abi::libusb_iso_packet_descriptor*>(
      reinterpret_cast<uint8_t*>(transfer) + offsetof(abi::libusb_transfer, iso_packet_desc));
}

Slot::Slot(Pages& pages, std::shared_ptr<const Library> library, uint32_t capacity, int packets)
    : TransferMemory(pages, capacity, packets),
      library_(std::move(library)),
      transfer_(library_->alloc_transfer(packets)) {}

Slot::~Slot() {
  if (transfer_ == nullptr) return;
  // Some versions of libusb log by way of the transfer's handle when they free it, and that is closed by now.
  transfer_->dev_handle = nullptr;
  library_->free_transfer(transfer_);
}

}  // namespace tsusb::libusb1
