#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <vector>

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

  // `packet_size` is that of isochronous packets.
  int Begin(const Means& means, const Slot& slot, int offset, int size, int packet_size) {
    const uint8_t endpoint = slot.arguments.endpoint;
    int status = 0;
    if (slot.arguments.type == TransferType::kIsochronous) {
      status = library_.isochronous_setup_async(means.handle, &context_, endpoint, packet_size);
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

// Packets that one request can have: the library takes one size for all, and the last one has what is left.
struct Run {
  int first;
  int count;
  int offset;
  int size;
};

std::vector<Run> RunsOf(const Slot& slot) {
  const int32_t* const table = slot.packet_table();
  std::vector<Run> runs;
  int offset = 0;
  for (int i = 0; i < slot.arguments.packets; ++i) {
    const int length = table[i * 3];
    const bool goes_on =
        !runs.empty() && table[(i - 1) * 3] == table[runs.back().first * 3] && length <= table[(i - 1) * 3];
    if (!goes_on) runs.push_back({i, 0, offset, 0});
    ++runs.back().count;
    runs.back().size += length;
    offset += length;
  }
  return runs;
}

// libusb-win32 leaves data where its packet was put, and tells only how many bytes moved altogether: inwards,
// a packet's end is where nothing was written. Exact, unless data looks like untouched memory; then the sum
// still is.
void FindPackets(const Slot& slot, const Run& run, int transferred) {
  int32_t* const table = slot.packet_table() + run.first * 3;
  const uint8_t* bytes = slot.bytes() + run.offset;
  int unknown = transferred;
  for (int i = 0; i < run.count; ++i) {
    int32_t* const entry = table + i * 3;
    const int length = slot.arguments.is_in() ? WrittenIn(bytes, entry[0]) : entry[0];
    bytes += entry[0];
    entry[1] = std::min(length, unknown);
    entry[2] = 0;
    unknown -= entry[1];
  }
  for (int i = 0; unknown > 0 && i < run.count; ++i) {
    int32_t* const entry = table + i * 3;
    const int more = std::min(entry[0] - entry[1], unknown);
    entry[1] += more;
    unknown -= more;
  }
}

// One request for each run, all of them submitted before the first one is waited for: the bus has no pause.
Outcome PerformPackets(const Means& means, Slot& slot) {
  const std::vector<Run> runs = RunsOf(slot);
  std::deque<Request> requests;
  if (slot.arguments.is_in()) std::memset(slot.bytes(), kUntouched, slot.arguments.length);
  int status = 0;
  for (const Run& run : runs) {
    status = requests.emplace_back(means.library)
                 .Begin(means, slot, run.offset, run.size, slot.packet_table()[run.first * 3]);
    if (status < 0) break;
  }
  // What was not submitted is not waited for.
  const size_t submitted = status < 0 ? requests.size() - 1 : requests.size();
  int moved = 0;
  for (size_t i = 0; i < submitted; ++i) {
    const int result = requests[i].Reap(means, slot);
    if (result >= 0) {
      const int transferred = std::min(result, runs[i].size);
      FindPackets(slot, runs[i], transferred);
      moved += transferred;
    } else if (status >= 0) {
      status = result;
    }
  }
  return {std::min(status, 0), moved};
}

int PerformOnce(const Means& means, Slot& slot, int offset, int size) {
  Request request(means.library);
  const int status = request.Begin(means, slot, offset, size, 0);
  return status < 0 ? status : std::min(request.Reap(means, slot), size);
}

Outcome PerformBytes(const Means& means, Slot& slot) {
  const TransferArguments& arguments = slot.arguments;
  const int moved = PerformOnce(means, slot, 0, arguments.length);
  if (moved < 0) {
    // A stall is an input/output error like any other there.
    const int halt = moved == -EIO ? CheckHalt(means, arguments.endpoint) : 0;
    return {halt < 0 ? halt : moved, 0};
  }
  const bool is_on_boundary = arguments.packet_size == 0 || moved % arguments.packet_size == 0;
  int over = 0;
  // What was ended early has bytes, and did not end for them.
  if (moved < arguments.length && is_on_boundary && means.queue.IsOver(slot, &over)) return {over, moved};
  const bool wants_zero_packet = arguments.zero_packet && !arguments.is_in() && arguments.packet_size > 0;
  if (wants_zero_packet && moved > 0 && moved == arguments.length && is_on_boundary) {
    const int status = PerformOnce(means, slot, moved, 0);
    if (status < 0) return {status, moved};
  }
  return {0, moved};
}

}  // namespace

Outcome PerformAsync(const Means& means, Slot& slot) {
  int over = 0;
  if (!means.queue.Enter(slot, &over)) return {over, 0};
  const bool has_packets = slot.arguments.type == TransferType::kIsochronous;
  const Outcome outcome = has_packets ? PerformPackets(means, slot) : PerformBytes(means, slot);
  means.queue.Leave(slot);
  return outcome;
}

}  // namespace tsusb::libusb0
