#include "transfer.h"

#include <cstdlib>
#include <utility>

namespace tsusb::libusb1 {

Slot::Memory::Memory(size_t size) : bytes(static_cast<uint8_t*>(std::calloc(size, 1))) {}
Slot::Memory::~Memory() { std::free(bytes); }

Slot::Slot(std::shared_ptr<const Library> library, uint32_t capacity, int packets)
    : library_(std::move(library)),
      capacity_(capacity),
      packets_(packets),
      transfer_(library_->alloc_transfer(packets)),
      memory_(std::make_shared<Memory>(Size())),
      bytes_(memory_->bytes) {}

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

Napi::Array Slot::MakeViews(Napi::Env env) {
  auto* owner = new std::shared_ptr<Memory>(memory_);
  const auto release = [](napi_env, void*, void* hint) {
    delete static_cast<std::shared_ptr<Memory>*>(hint);
  };
  napi_value value = nullptr;
  const napi_status status =
      napi_create_external_arraybuffer(env, memory_->bytes, Size(), release, owner, &value);
  if (status != napi_ok) {
    delete owner;
    // Ordinary memory stays where it is as long as the ArrayBuffer is referenced and not detached.
    auto ordinary = Napi::ArrayBuffer::New(env, Size());
    ordinary_ = Napi::Persistent(ordinary);
    bytes_ = static_cast<uint8_t*>(ordinary.Data());
    memory_.reset();
    value = ordinary;
  }
  const Napi::ArrayBuffer buffer(env, value);
  auto views = Napi::Array::New(env, 2);
  views[0u] = Napi::Uint8Array::New(env, capacity_, buffer, 0);
  views[1u] = Napi::Int32Array::New(env, static_cast<size_t>(packets_) * 3, buffer, TableOffset(capacity_));
  return views;
}

}  // namespace tsusb::libusb1
