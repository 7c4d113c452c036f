#include "perform.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace tsusb::libusb0 {
namespace {

using Clock = std::chrono::steady_clock;

// GET_STATUS to an endpoint (USB 2.0 §9.4.5): bit 0 of two bytes tells a halt.
constexpr int kEndpointIn = 0x82;
constexpr int kGetStatus = 0;
// A device answers standard requests with data within 500 ms (USB 2.0 §9.2.6.4).
constexpr int kStatusTimeout = 500;

// What the library is to wait: the rest of the timeout, unless somebody else ends the call.
int TimeoutFor(const Means& means, const Slot& slot) {
  if (slot.arguments.timeout_ms == 0 || means.library.needs_interrupting()) return 0;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(slot.deadline - Clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 1, 0x7fffffff));
}

#ifdef __linux__
// Stack between our frames and the library's. Where several calls wait on one handle, each may report the end
// of any other's transfer, by a write to a variable of the function that waits for it. When the device goes,
// libusb 0.1.12 returns from that function with its transfer unreported: the write still comes, and must hit
// nothing.
constexpr size_t kStackGap = 32 * 1024;

template <typename Call>
__attribute__((noinline)) int CallDeep(const Call& call) {
  char gap[kStackGap];
  __asm__ volatile("" : : "r"(gap) : "memory");
  const int result = call();
  __asm__ volatile("" : : "r"(gap) : "memory");
  return result;
}
#else
template <typename Call>
int CallDeep(const Call& call) {
  return call();
}
#endif

int CallPipe(const Means& means, const Slot& slot, int offset, int size) {
  const Library& library = means.library;
  char* const bytes = reinterpret_cast<char*>(slot.bytes()) + offset;
  const int endpoint = slot.arguments.endpoint;
  const int timeout = TimeoutFor(means, slot);
  const bool is_bulk = slot.arguments.type == TransferType::kBulk;
  if (slot.arguments.is_in()) {
    const auto read = is_bulk ? library.bulk_read : library.interrupt_read;
    return CallDeep([&] { return read(means.handle, endpoint, bytes, size, timeout); });
  }
  const auto write = is_bulk ? library.bulk_write : library.interrupt_write;
  return CallDeep([&] { return write(means.handle, endpoint, bytes, size, timeout); });
}

// Whether bytes that arrived end a transfer by themselves: with a packet that is not full.
bool EndsShort(const TransferArguments& arguments, int moved) {
  return arguments.is_in() && arguments.packet_size > 0 && moved % arguments.packet_size != 0;
}

// The meaning of fewer bytes than were asked for, which the library calls a success.
Outcome JudgeShort(const Means& means, const Slot& slot, int moved, int done) {
  const TransferArguments& arguments = slot.arguments;
  if (EndsShort(arguments, moved)) return {0, done};
  // The compatibility layer gives what came before a timeout instead of the timeout.
  if (means.library.implementation() == Implementation::kCompat) {
    if (Clock::now() >= slot.deadline) return {means.library.timed_out(), done};
  } else if (const int halt = CheckHalt(means, arguments.endpoint); halt < 0) {
    return {halt, done};
  }
  return {arguments.is_in() || moved == arguments.length ? 0 : -EIO, done};
}

}  // namespace

int CheckHalt(const Means& means, uint8_t endpoint) {
  char status[2] = {};
  const int result = means.library.control_msg(means.handle, kEndpointIn, kGetStatus, 0, endpoint, status,
                                               sizeof(status), kStatusTimeout);
  // Refused: it does not say. Any other failure is what the transfer itself did not tell of: while a device
  // is being unplugged, the bus fails before the system knows.
  if (result < 0 && result != -EPIPE) return result;
  return result == sizeof(status) && (status[0] & 1) != 0 ? -EPIPE : 0;
}

Outcome PerformControl(const Means& means, Slot& slot) {
  int over = 0;
  if (!means.queue.Enter(slot, &over)) return {over, 0};
  const uint8_t* const setup = slot.bytes();
  const auto word = [setup](int at) { return setup[at] | setup[at + 1] << 8; };
  const int size = slot.arguments.length - kSetupSize;
  const unsigned int timeout_ms = slot.arguments.timeout_ms;
  const int result = means.library.control_msg(means.handle, setup[0], setup[1], word(2), word(4),
                                               reinterpret_cast<char*>(slot.bytes()) + kSetupSize, size,
                                               static_cast<int>(std::min(timeout_ms, 0x7fffffffu)));
  means.queue.Leave(slot);
  // Nothing is believed that would reach beyond the memory.
  return result < 0 ? Outcome{result, 0} : Outcome{0, std::min(result, size)};
}

Outcome PerformPipe(const Means& means, Slot& slot, std::atomic<bool>* is_gone) {
  const TransferArguments& arguments = slot.arguments;
  const bool ends_on_boundary =
      arguments.length > 0 && arguments.packet_size > 0 && arguments.length % arguments.packet_size == 0;
  bool wants_zero_packet = arguments.zero_packet && !arguments.is_in() && ends_on_boundary;
  int done = 0;
  for (;;) {
    int over = 0;
    if (!means.queue.Enter(slot, &over)) return {over, done};
    const int left = arguments.length - done;
    const int result = CallPipe(means, slot, done, left);
    if (result == -ENODEV) *is_gone = true;
    const bool is_interrupted = means.queue.Leave(slot);
    if (result == -ENODEV) {
      // Its transfer may still be with the system, which writes to the slot until the others have seen it
      // end.
      means.queue.AwaitOthers();
      return {result, done};
    }
    // What was ended from outside goes on where it was, if its time is not over.
    if (result < 0) {
      if (is_interrupted) continue;
      return {result, done};
    }
    const int moved = std::min(result, left);
    done += moved;
    if (moved < left || arguments.length == 0) {
      if (!is_interrupted || EndsShort(arguments, moved)) return JudgeShort(means, slot, moved, done);
      continue;
    }
    if (left == 0 && is_interrupted) continue;
    if (left == 0 || !wants_zero_packet) return {0, done};
    wants_zero_packet = false;
  }
}

}  // namespace tsusb::libusb0
