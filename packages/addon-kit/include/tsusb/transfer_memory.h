#ifndef TSUSB_TRANSFER_MEMORY_H_
#define TSUSB_TRANSFER_MEMORY_H_

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "tsusb/pages.h"

namespace tsusb {

// The memory of a transfer, made once and used again and again: bytes that the C library reads and writes,
// and a table of (length, actual length, status) for each isochronous packet. JS sees both through permanent
// views that stay inside our TypeScript: what the user gets is a copy, since memory that a C library writes
// to must never be memory that JS can detach or free.
class TransferMemory {
 public:
  TransferMemory(Pages& pages, uint32_t capacity, int packets)
      : TransferMemory(pages.Take(SizeOf(capacity, packets)), capacity, packets) {}
  // In a block of SizeOf() bytes; nullptr if there is no memory.
  TransferMemory(Pages::Block block, uint32_t capacity, int packets)
      : capacity_(capacity), packets_(packets), block_(std::move(block)), bytes_(block_.get()) {}
  TransferMemory(const TransferMemory&) = delete;
  TransferMemory& operator=(const TransferMemory&) = delete;

  // Bytes that it needs.
  static size_t SizeOf(uint32_t capacity, int packets) {
    return TableOffset(capacity) + static_cast<size_t>(packets) * 12;
  }

  // False if there is no memory.
  bool ok() const { return bytes_ != nullptr; }
  uint8_t* bytes() const { return bytes_; }
  uint32_t capacity() const { return capacity_; }
  int packets() const { return packets_; }
  // (length, actual length, status) of each packet.
  int32_t* packet_table() const { return reinterpret_cast<int32_t*>(bytes_ + TableOffset(capacity_)); }

  // Makes the permanent views: [Uint8Array, Int32Array]. Once, on the JS thread, before the memory is used.
  Napi::Array MakeViews(Napi::Env env) {
    auto* owner = new Pages::Block(block_);
    const auto release = [](napi_env, void*, void* hint) { delete static_cast<Pages::Block*>(hint); };
    napi_value value = nullptr;
    const napi_status status =
        napi_create_external_arraybuffer(env, block_.get(), Size(), release, owner, &value);
    if (status != napi_ok) {
      delete owner;
      // Ordinary memory stays where it is as long as the ArrayBuffer is referenced and not detached.
      auto ordinary = Napi::ArrayBuffer::New(env, Size());
      ordinary_ = Napi::Persistent(ordinary);
      bytes_ = static_cast<uint8_t*>(ordinary.Data());
      block_.reset();
      value = ordinary;
    }
    const Napi::ArrayBuffer buffer(env, value);
    auto views = Napi::Array::New(env, 2);
    views[0u] = Napi::Uint8Array::New(env, capacity_, buffer, 0);
    views[1u] = Napi::Int32Array::New(env, static_cast<size_t>(packets_) * 3, buffer, TableOffset(capacity_));
    return views;
  }

  // Gives up what belongs to the environment. On the JS thread, when the C library is done with the memory:
  // from then on it may be destroyed on any thread.
  void ReleaseViews() { ordinary_.Reset(); }

 private:
  static size_t TableOffset(uint32_t capacity) { return (static_cast<size_t>(capacity) + 3) & ~size_t{3}; }
  size_t Size() const { return SizeOf(capacity_, packets_); }

  const uint32_t capacity_;
  const int packets_;
  // Freed when neither its owner nor a view of it is left.
  Pages::Block block_;
  uint8_t* bytes_;
  // Where external memory is forbidden (Electron), the memory is that of this ordinary ArrayBuffer.
  Napi::Reference<Napi::ArrayBuffer> ordinary_;
};

}  // namespace tsusb

#endif  // TSUSB_TRANSFER_MEMORY_H_
