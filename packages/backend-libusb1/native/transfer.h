#ifndef TSUSB_LIBUSB1_TRANSFER_H_
#define TSUSB_LIBUSB1_TRANSFER_H_

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "library.h"

namespace tsusb::libusb1 {

class Handle;

// A transfer and the memory that libusb reads and writes, made once and used again and again. JS sees the
// memory through one permanent Uint8Array, and isochronous packets through one Int32Array of (length,
// actual_length, status) triples. Both stay inside our TypeScript: what the user gets is a copy.
//
// While a transfer is in flight nobody but libusb touches it; the slot is used again only after JS has seen
// the completion.
class Slot {
 public:
  Slot(std::shared_ptr<const Library> library, uint32_t capacity, int packets);
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot();

  // False if there is no memory.
  bool ok() const { return transfer_ != nullptr && bytes_ != nullptr; }

  // Makes the permanent views: [Uint8Array, Int32Array]. Once, on the JS thread.
  Napi::Array MakeViews(Napi::Env env);

  const std::shared_ptr<const Library>& library() const { return library_; }
  abi::libusb_transfer* transfer() const { return transfer_; }
  uint8_t* bytes() const { return bytes_; }
  uint32_t capacity() const { return capacity_; }
  int packets() const { return packets_; }
  // (length, actual_length, status) of each packet.
  int32_t* packet_table() const { return reinterpret_cast<int32_t*>(bytes_ + TableOffset(capacity_)); }
  abi::libusb_iso_packet_descriptor* packet_descriptors() const;

  // Lost: given up by JS before libusb gave it back. Then it is never freed, nor its handle, and its
  // completion is nobody's.
  enum class State { kFree, kInFlight, kLost };

  uint32_t id = 0;
  // Whose transfer it is, while in flight.
  Handle* handle = nullptr;
  std::atomic<State> state{State::kFree};

 private:
  // Freed when neither the slot nor a view of it is left.
  struct Memory {
    explicit Memory(size_t size);
    ~Memory();
    uint8_t* bytes;
  };

  static size_t TableOffset(uint32_t capacity) { return (static_cast<size_t>(capacity) + 3) & ~size_t{3}; }
  size_t Size() const { return TableOffset(capacity_) + static_cast<size_t>(packets_) * 12; }

  const std::shared_ptr<const Library> library_;
  const uint32_t capacity_;
  const int packets_;
  abi::libusb_transfer* transfer_;
  std::shared_ptr<Memory> memory_;
  uint8_t* bytes_;
  // Where external memory is forbidden (Electron), the memory is that of this ordinary ArrayBuffer.
  Napi::Reference<Napi::ArrayBuffer> ordinary_;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_TRANSFER_H_
