#include <algorithm>
#include <cerrno>
#include <cstring>

#include "perform.h"

namespace tsusb::libusb0 {
namespace {

// Milliseconds between two looks at whether the time is over. Reaping with a timeout does not end a request.
constexpr int kSlice = 20;
// Milliseconds after which a request is cancelled once more that has not come back.
constexpr int kCancelPatience = 1000;

// What memory has that no byte arrived in.
constexpr uint8_t kUntouched = 0xc5;

// One request: libusb-win32's context of it.
class Request {
 public:
  explicit Request(const Library& library) : library_(library) {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  ~Request() {
    if (context_ != nullptr) library_.free_async(&context_);
  }

  int Begin(const Means& means, const Slot& slot, int offset, int size) {
    const uint8_t endpoint = slot.arguments.endpoint;
    int status = 0;
    if (slot.arguments.type == TransferType::kIsochronous) {
      const int packet = slot.packet_table()[0];
      status = library_.isochronous_setup_async(means.handle, &context_, endpoint, packet);
    } else if (slot.arguments.type == TransferType::kBulk) {
      status = library_.bulk_setup_async(means.handle, &context_, endpoint);
    } else {
      status = library_.interrupt_setup_async(means.handle, &context_, endpoint);
    }
    if (status < 0) return status;
    return library_.submit_async(context_, reinterpret_cast<char*>(slot.bytes()) + offset, size);
  }

  // Until it ends, or its time is over and it has come back cancelled. It must come back: what it writes to
  // is used again.
  int Reap(const Means& means, const Slot& slot) {
    int over = 0;
    int result = library_.reap_async_nocancel(context_, kSlice);
    while (result == -abi::ETRANSFER_TIMEDOUT && !means.queue.IsOver(slot, &over)) {
      result = library_.reap_async_nocancel(context_, kSlice);
    }
    if (result != -abi::ETRANSFER_TIMEDOUT) return result;
    while (result == -abi::ETRANSFER_TIMEDOUT) {
      library_.cancel_async(context_);
      result = library_.reap_async_nocancel(context_, kCancelPatience);
    }
    return result > 0 ? result : over;
  }

 private:
  const Library& library_;
  void* context_ = nullptr;
};

// The bytes of a packet that were written.
int WrittenIn(const uint8_t* bytes, int length) {
  while (length > 0 && bytes[length - 1] == kUntouched) --length;
  return length;
}

// libusb-win32 leaves data where its packet was put, and tells only how many bytes moved altogether: inwards,
// a packet's end is where nothing was written. Exact, unless data looks like untouched memory; then the sum
// still is.
void FindPackets(const Slot& slot, int transferred) {
  int unknown = transferred;
  const uint8_t* bytes = slot.bytes();
  for (int i = 0; i < slot.arguments.packets; ++i) {
    int32_t* const entry = slot.packet_table() + i * 3;
    const int length = slot.arguments.is_in() ? WrittenIn(bytes, entry[0]) : entry[0];
    bytes += entry[0];
    entry[1] = std::min(length, unknown);
    entry[2] = 0;
    unknown -= entry[1];
  }
  for (int i = 0; unknown > 0 && i < slot.arguments.packets; ++i) {
    int32_t* const entry = slot.packet_table() + i * 3;
    const int more = std::min(entry[0] - entry[1], unknown);
    entry[1] += more;
    unknown -= more;
  }
}

// The library takes one size for all packets; the last one has what is left.
bool HasOneSize(const Slot& slot) {
  const int32_t* const table = slot.packet_table();
  for (int i = 1; i < slot.arguments.packets; ++i) {
    const bool is_last = i == slot.arguments.packets - 1;
    if (is_last ? table[i * 3] > table[0] : table[i * 3] != table[0]) return false;
  }
  return table[0] > 0;
}

int PerformOnce(const Means& means, Slot& slot, int offset, int size) {
  int over = 0;
  if (!means.queue.Enter(slot, &over)) return over;
  int result = 0;
  {
    Request request(means.library);
    result = request.Begin(means, slot, offset, size);
    if (result >= 0) result = request.Reap(means, slot);
  }
  means.queue.Leave(slot);
  return std::min(result, size);
}

}  // namespace

Outcome PerformAsync(const Means& means, Slot& slot) {
  const TransferArguments& arguments = slot.arguments;
  const bool is_isochronous = arguments.type == TransferType::kIsochronous;
  if (is_isochronous && !HasOneSize(slot)) return {-EINVAL, 0};
  if (is_isochronous && arguments.is_in()) std::memset(slot.bytes(), kUntouched, arguments.length);
  const int moved = PerformOnce(means, slot, 0, arguments.length);
  if (moved < 0) {
    // A stall is an input/output error like any other there.
    const int halt = moved == -EIO && !is_isochronous ? CheckHalt(means, arguments.endpoint) : 0;
    return {halt < 0 ? halt : moved, 0};
  }
  if (is_isochronous) FindPackets(slot, moved);
  // Cancelled with bytes in it: how it ended is not what came of it.
  int over = 0;
  const bool ends_early = moved < arguments.length && means.queue.IsOver(slot, &over);
  if (ends_early && !is_isochronous && (arguments.packet_size == 0 || moved % arguments.packet_size == 0)) {
    return {over, moved};
  }
  const bool ends_on_boundary = arguments.packet_size > 0 && moved % arguments.packet_size == 0;
  if (arguments.zero_packet && !arguments.is_in() && moved == arguments.length && moved > 0 &&
      ends_on_boundary) {
    const int status = PerformOnce(means, slot, moved, 0);
    if (status < 0) return {status, moved};
  }
  return {0, moved};
}

}  // namespace tsusb::libusb0
