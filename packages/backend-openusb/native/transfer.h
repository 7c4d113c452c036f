#ifndef TSUSB_OPENUSB_TRANSFER_H_
#define TSUSB_OPENUSB_TRANSFER_H_

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "library.h"
#include "tsusb/completion_queue.h"
#include "tsusb/timer_thread.h"
#include "tsusb/transfer_memory.h"

namespace tsusb::openusb {

class Transfer;

// Statuses that are not the library's, whose own are 0 and small negative numbers. One of these plus a
// status of the library's says what became of the transfer besides:
// the library still has it and may write into its slot, which must not be used again;
constexpr int32_t kLost = -1000;
// the library never took it.
constexpr int32_t kRefused = -2000;

// Bytes that stand before the data of a control transfer in its slot (USB 2.0 §9.3).
constexpr uint32_t kSetupSize = 8;

// What one transfer asks for.
struct TransferArguments {
  uint8_t endpoint;
  uint8_t interface_number;
  int32_t type;
  // Bytes in the slot, with the setup packet of a control transfer.
  uint32_t length;
  uint32_t timeout_ms;
  // Whether a packet without data follows the last byte.
  bool zero_packet;
  int packets;
};

// The memory of a transfer, used again and again. While it is in use nobody but the library touches it; it is
// used again only after JS has seen the completion.
class Slot : public TransferMemory {
 public:
  using TransferMemory::TransferMemory;

  uint32_t id = 0;
  std::atomic<bool> in_use{false};
  // Whose it is, while in use. JS thread only.
  std::weak_ptr<Transfer> transfer;
};

// One transfer as JS asked for it, which may take several of the library's requests.
class Transfer {
 public:
  // `open` counts those that have not ended.
  Transfer(std::shared_ptr<Slot> slot, const TransferArguments& arguments,
           std::shared_ptr<CompletionQueue> queue, std::shared_ptr<std::atomic<int>> open,
           std::shared_ptr<TimerThread> timers);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Ends it for JS, once: false if it has ended. Any thread.
  bool Settle(int32_t status);
  bool is_settled() const { return settled_; }

  const std::shared_ptr<Slot> slot;
  const TransferArguments arguments;
  // Bytes of data that moved.
  std::atomic<uint32_t> moved{0};
  std::atomic<bool> cancelling{false};
  // Its timers, to be dropped when it ends.
  std::atomic<uint64_t> expiry{0};
  std::atomic<uint64_t> last_resort{0};

  // --- thread of the handle's transfers only ---
  bool started = false;
  // Requests that the library has.
  int outstanding = 0;
  // Bytes of data for which there has been a request.
  uint32_t offset = 0;
  bool zero_packet_due = false;
  // Why it is being ended early: a status of the library's, or 0.
  int32_t cause = 0;
  // Whether a control transfer that is overdue has been looked after.
  bool is_probed = false;

 private:
  const std::shared_ptr<CompletionQueue> queue_;
  const std::shared_ptr<std::atomic<int>> open_;
  const std::shared_ptr<TimerThread> timers_;
  std::atomic<bool> settled_{false};
};

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_TRANSFER_H_
