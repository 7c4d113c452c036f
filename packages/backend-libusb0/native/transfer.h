#ifndef TSUSB_LIBUSB0_TRANSFER_H_
#define TSUSB_LIBUSB0_TRANSFER_H_

#include <atomic>
#include <chrono>
#include <cstdint>

#include "tsusb/transfer_memory.h"

namespace tsusb::libusb0 {

class Handle;

// Numbers of the types of transfer: bmAttributes bits 1..0 (USB 2.0 §9.6.6).
enum class TransferType : uint8_t { kControl = 0, kIsochronous = 1, kBulk = 2, kInterrupt = 3 };

// Bytes that stand before the data of a control transfer (USB 2.0 §9.3).
constexpr int kSetupSize = 8;

// What one transfer asks for.
struct TransferArguments {
  uint8_t endpoint;
  TransferType type;
  bool zero_packet;
  // Of isochronous transfers.
  int packets;
  // With the setup packet.
  int length;
  // 0 waits for ever.
  unsigned int timeout_ms;
  // bInterfaceNumber of the endpoint's interface; -1 if that is not known.
  int interface_number;
  // Bytes; 0 if that is not known.
  int packet_size;

  bool is_in() const { return (endpoint & 0x80) != 0; }
};

// How a transfer ended: what the library returned or would have, and the bytes that moved.
struct Outcome {
  int status;
  int length;
};

// A transfer and its memory, made once and used again and again.
//
// While a transfer is in flight nobody but its queue and the library touches it; the slot is used again only
// after JS has seen the completion.
class Slot : public TransferMemory {
 public:
  using TransferMemory::TransferMemory;

  static constexpr auto kNever = std::chrono::steady_clock::time_point::max();

  // Lost: given up by JS while the library was at it. Then it is never freed, and its completion is nobody's.
  enum class State { kFree, kWaiting, kRunning, kLost };

  uint32_t id = 0;
  TransferArguments arguments{};
  // From the submission until its completion is on the way to JS, or it is lost; then `handle` is whose it
  // is.
  std::atomic<bool> is_in_flight{false};
  Handle* handle = nullptr;

  // --- of its queue, under the queue's lock ---
  State state = State::kFree;
  // When the timeout passes.
  std::chrono::steady_clock::time_point deadline = kNever;
  // When the queue looks after it next; kNever if it need not.
  std::chrono::steady_clock::time_point watched = kNever;
  std::chrono::milliseconds retry{0};
  // Ended by its owner.
  bool is_cancelled = false;
  // The library is at it, and whether that was interrupted since.
  bool is_inside = false;
  bool is_interrupted = false;
};

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_TRANSFER_H_
