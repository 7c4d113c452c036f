#ifndef TSUSB_LIBUSB1_TRANSFER_H_
#define TSUSB_LIBUSB1_TRANSFER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "library.h"
#include "tsusb/transfer_memory.h"

namespace tsusb::libusb1 {

class Handle;

// The packets of a transfer, as many as it was made for.
abi::libusb_iso_packet_descriptor* PacketsOf(abi::libusb_transfer* transfer);

// A libusb_transfer with its memory, made once and used again and again.
//
// While a transfer is in flight nobody but libusb touches it; the slot is used again only after JS has seen
// the completion.
class Slot : public TransferMemory {
 public:
  Slot(Pages& pages, std::shared_ptr<const Library> library, uint32_t capacity, int packets);
  ~Slot();

  // False if there is no memory.
  bool ok() const { return transfer_ != nullptr && TransferMemory::ok(); }

  const std::shared_ptr<const Library>& library() const { return library_; }
  abi::libusb_transfer* transfer() const { return transfer_; }

  // Lost: given up by JS before libusb gave it back. Then it is never freed, nor its handle, and its
  // completion is nobody's.
  enum class State { kFree, kInFlight, kLost };

  uint32_t id = 0;
  // Whose transfer it is, while in flight.
  Handle* handle = nullptr;
  std::atomic<State> state{State::kFree};

  // Guarded by the lock of the Deadlines that it is in: its place there, or -1; and whether it was cancelled.
  std::chrono::steady_clock::time_point deadline;
  int deadline_at = -1;
  bool is_overdue = false;

 private:
  const std::shared_ptr<const Library> library_;
  abi::libusb_transfer* transfer_;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_TRANSFER_H_
