#include "transfers.h"

#include <algorithm>
#include <utility>

namespace tsusb::openusb {
namespace {

// Most bytes of one bulk or interrupt request. The library's Linux plug-in cuts longer ones into URBs of this
// size itself, and then loses count of a short one and tells of the end several times. Source:
// OpenUSB 1.1.11, linux.c, LINUX_MAX_BULK_INTR_XFER.
constexpr uint32_t kMostRequest = 16384;

// For the callback of an aborted request to come; it comes at once or never.
constexpr auto kGrace = std::chrono::milliseconds(250);
// After this, and besides, a transfer is given up even if the thread that should abort it hangs.
constexpr auto kLastResort = std::chrono::seconds(2);

// A control request without a data stage is answered within 50 ms (USB 2.0 §9.2.6.4). One that takes longer
// is looked after.
constexpr auto kProbeAfter = std::chrono::milliseconds(50);

// Whether a device's control requests come back in the order in which they were submitted, and one that fails
// never comes back: Linux gives the URBs of an endpoint back in order, and the library's plug-in drops those
// that failed.
#ifdef __linux__
constexpr bool kFailuresAreSilent = true;
#else
constexpr bool kFailuresAreSilent = false;
#endif

// The library's Linux plug-in puts the bytes of a packet behind those that came before it, wherever a short
// packet has left a hole: only the first packet of a request is where it belongs. Source: OpenUSB 1.1.11,
// linux.c, handle_isoc_complete.
#ifdef __linux__
constexpr bool kOnePacketEach = true;
#else
constexpr bool kOnePacketEach = false;
#endif

// Requests that came back and wait to be reaped before new ones are held back for that, and for how long.
constexpr size_t kMostReturned = 1024;
constexpr auto kLongestHold = std::chrono::milliseconds(20);

bool IsIn(const Transfer& transfer) { return (transfer.arguments.endpoint & 0x80) != 0; }

uint32_t DataLength(const Transfer& transfer) {
  const TransferArguments& arguments = transfer.arguments;
  return arguments.type == abi::USB_TYPE_CONTROL ? arguments.length - kSetupSize : arguments.length;
}

// Whether all that it takes is handed to the library at once, so that another one may follow.
bool IsOneStep(const Transfer& transfer) {
  const int32_t type = transfer.arguments.type;
  if (type != abi::USB_TYPE_BULK && type != abi::USB_TYPE_INTERRUPT) return true;
  return transfer.arguments.length <= kMostRequest && !transfer.arguments.zero_packet;
}

}  // namespace

Transfers::Transfers(std::shared_ptr<const Library> library, std::shared_ptr<CompletionQueue> queue,
                     std::shared_ptr<TimerThread> timers)
    : queue_(std::move(queue)),
      timers_(std::move(timers)),
      requests_(std::move(library), this, &Transfers::OnReturned),
      most_returned_(kMostReturned) {}

bool Transfers::Post(std::function<void(Transfers&)> job) {
  return thread_.Post([self = shared_from_this(), job = std::move(job)] { job(*self); });
}

void Transfers::PostAfter(Clock::duration delay, std::function<void(Transfers&)> job) {
  timers_->After(delay, [weak = weak_from_this(), job = std::move(job)] {
    if (const auto self = weak.lock()) self->Post(job);
  });
}

void Transfers::Submit(std::shared_ptr<Slot> slot, const TransferArguments& arguments) {
  const auto transfer = std::make_shared<Transfer>(slot, arguments, queue_, open_, timers_);
  slot->transfer = transfer;
  slot->in_use = true;
  queue_->Begin();
  const std::weak_ptr<Transfer> weak = transfer;
  bool is_ready = true;
  if (arguments.timeout_ms > 0) {
    const auto timeout = std::chrono::milliseconds(arguments.timeout_ms);
    transfer->expiry = timers_->After(timeout, [self = weak_from_this(), weak] {
      const auto transfers = self.lock();
      const auto expired = weak.lock();
      if (transfers == nullptr || expired == nullptr) return;
      transfers->Post([expired](Transfers& each) { each.ExpireNow(expired); });
    });
    transfer->last_resort = timers_->After(timeout + kLastResort, [self = weak_from_this(), weak] {
      GiveUp(self, weak, abi::OPENUSB_IO_TIMEOUT);
    });
    // Without its timer it might never end.
    is_ready = transfer->expiry != 0 && transfer->last_resort != 0;
  }
  is_ready = is_ready && Post([transfer](Transfers& self) { self.SubmitNow(transfer); });
  if (!is_ready) transfer->Settle(kRefused + abi::OPENUSB_NO_RESOURCES);
}

void Transfers::Cancel(const std::shared_ptr<Transfer>& transfer) {
  if (transfer->cancelling.exchange(true)) return;
  timers_->After(kLastResort, [self = weak_from_this(), weak = std::weak_ptr<Transfer>(transfer)] {
    GiveUp(self, weak, abi::OPENUSB_IO_CANCELED);
  });
  Post([transfer](Transfers& self) { self.EndNow(transfer, abi::OPENUSB_IO_CANCELED); });
}

void Transfers::CancelAll() {
  Post([](Transfers& self) { self.EndAllNow(abi::OPENUSB_IO_CANCELED); });
}

void Transfers::DeviceGone() {
  is_gone_ = true;
  Post([](Transfers& self) { self.EndAllNow(abi::OPENUSB_UNKNOWN_DEVICE); });
}

// Runs on the timers' thread.
void Transfers::GiveUp(const std::weak_ptr<Transfers>& self, const std::weak_ptr<Transfer>& transfer,
                       int32_t cause) {
  const auto transfers = self.lock();
  const auto late = transfer.lock();
  if (transfers == nullptr || late == nullptr || !late->Settle(kLost + cause)) return;
  transfers->Post([late](Transfers& each) { each.ForgetNow(late); });
}

// Runs on the library's thread for the device, which holds a lock of the device that all other calls want.
int32_t Transfers::OnReturned(abi::openusb_request_handle* handle) {
  auto& request = *static_cast<Request*>(handle->arg);
  // Only once, whatever the library does: from here on it may be used again.
  if (!request.is_in_flight.exchange(false)) return 0;
  request.owner->Post([number = request.number](Transfers& self) { self.ReturnedNow(number); });
  return 0;
}

Transfers::Line& Transfers::LineOf(const Transfer& transfer) {
  const uint8_t endpoint = transfer.arguments.endpoint;
  return lines_[(endpoint & 0x0f) | (endpoint & 0x80) >> 3];
}

void Transfers::SubmitNow(const std::shared_ptr<Transfer>& transfer) {
  if (transfer->is_settled()) return;
  if (is_gone_) {
    transfer->Settle(kRefused + abi::OPENUSB_UNKNOWN_DEVICE);
    return;
  }
  Line& line = LineOf(*transfer);
  line.push_back(transfer);
  Advance(line);
}

void Transfers::Advance(Line& line) {
  for (size_t at = 0; at < line.size();) {
    const std::shared_ptr<Transfer> transfer = line[at];
    if (!transfer->started) {
      // One that takes several steps has the endpoint to itself: pieces of two must not be mixed.
      if ((at > 0 && !IsOneStep(*transfer)) || MustHold()) return;
      transfer->started = true;
      if (!Start(transfer)) {
        line.erase(line.begin() + static_cast<std::ptrdiff_t>(at));
        continue;
      }
    }
    if (!IsOneStep(*transfer)) return;
    ++at;
  }
}

void Transfers::AdvanceAll() {
  for (Line& line : lines_) Advance(line);
}

bool Transfers::Start(const std::shared_ptr<Transfer>& transfer) {
  const uint32_t length = DataLength(*transfer);
  transfer->zero_packet_due = transfer->arguments.zero_packet;
  int32_t status;
  if (transfer->arguments.type == abi::USB_TYPE_ISOCHRONOUS) {
    status = StartPackets(transfer);
  } else if (transfer->arguments.type == abi::USB_TYPE_CONTROL) {
    status = IssuePiece(transfer, length);
  } else {
    status = IssuePiece(transfer, std::min(length, kMostRequest));
  }
  if (status == abi::OPENUSB_SUCCESS) return true;
  transfer->Settle(kRefused + status);
  return false;
}

int32_t Transfers::StartPackets(const std::shared_ptr<Transfer>& transfer) {
  const int packets = transfer->arguments.packets;
  const int each = kOnePacketEach && IsIn(*transfer) ? 1 : packets;
  for (int first = 0; first < packets; first += each) {
    const int32_t status = IssuePackets(transfer, first, each);
    if (status == abi::OPENUSB_SUCCESS) continue;
    if (transfer->outstanding == 0) return status;
    // Some are under way: they end it, as a failure.
    EndNow(transfer, status);
    break;
  }
  return abi::OPENUSB_SUCCESS;
}

int32_t Transfers::IssuePiece(const std::shared_ptr<Transfer>& transfer, uint32_t length) {
  auto request = requests_.Make(transfer);
  const bool is_control = request->is_control();
  request->FillPiece(length);
  const int32_t status = requests_.Issue(std::move(request));
  if (is_control && status == abi::OPENUSB_SUCCESS) ArmProbe();
  return status;
}

int32_t Transfers::IssuePackets(const std::shared_ptr<Transfer>& transfer, int first, int count) {
  auto request = requests_.Make(transfer);
  request->FillPackets(first, count);
  return requests_.Issue(std::move(request));
}

void Transfers::ReturnedNow(uint64_t number) {
  auto request = requests_.Take(number);
  if (request == nullptr) return;
  const std::shared_ptr<Transfer> transfer = std::move(request->transfer);
  const bool is_answer = request->is_control() && request->result().status == abi::OPENUSB_SUCCESS;
  if (transfer != nullptr) {
    --transfer->outstanding;
    if (!transfer->is_settled() && !Continue(transfer, *request)) Leave(transfer);
  }
  requests_.Keep(std::move(request));
  if (is_answer && kFailuresAreSilent) Bury(number);
  ReapIfIdle();
}

bool Transfers::Continue(const std::shared_ptr<Transfer>& transfer, const Request& request) {
  auto [status, bytes] = request.result();
  if (transfer->arguments.type == abi::USB_TYPE_ISOCHRONOUS) {
    int32_t* const table = transfer->slot->packet_table();
    for (size_t i = 0; i < request.results.size(); ++i) {
      int32_t* const entry = table + (static_cast<size_t>(request.first_packet) + i) * 3;
      // Nothing is believed that would reach beyond the packet.
      const uint32_t moved = std::min(request.results[i].transferred_bytes, static_cast<uint32_t>(entry[0]));
      entry[1] = static_cast<int32_t>(moved);
      entry[2] = request.results[i].status;
      transfer->moved += moved;
    }
    if (transfer->outstanding > 0) return true;
    return Finish(transfer, transfer->cause != 0 ? transfer->cause : status);
  }

  bytes = std::min(bytes, request.length());
  transfer->moved += bytes;
  if (status == abi::OPENUSB_IO_CANCELED && transfer->cause != 0) return Finish(transfer, transfer->cause);
  if (status != abi::OPENUSB_SUCCESS) {
    return Finish(transfer, is_gone_ ? abi::OPENUSB_UNKNOWN_DEVICE : status);
  }
  const uint32_t length = DataLength(*transfer);
  const bool is_short = bytes < request.length();
  const bool has_more = !is_short && (transfer->offset < length || transfer->zero_packet_due);
  if (!has_more) return Finish(transfer, abi::OPENUSB_SUCCESS);
  if (transfer->cause != 0) return Finish(transfer, transfer->cause);
  const uint32_t left = length - transfer->offset;
  if (left == 0) transfer->zero_packet_due = false;
  const int32_t next = IssuePiece(transfer, std::min(left, kMostRequest));
  return next == abi::OPENUSB_SUCCESS || Finish(transfer, next);
}

bool Transfers::Finish(const std::shared_ptr<Transfer>& transfer, int32_t status) {
  transfer->Settle(status);
  return false;
}

void Transfers::Leave(const std::shared_ptr<Transfer>& transfer) {
  Line& line = LineOf(*transfer);
  const auto found = std::find(line.begin(), line.end(), transfer);
  if (found != line.end()) line.erase(found);
  Advance(line);
}

void Transfers::ExpireNow(const std::shared_ptr<Transfer>& transfer) {
  if (transfer->is_settled()) return;
  const bool is_control = transfer->arguments.type == abi::USB_TYPE_CONTROL;
  if (is_control && transfer->started && !transfer->is_probed && kFailuresAreSilent && is_probing_) {
    // Aborting one that has failed could hit another one: the library has freed what it aborts by.
    transfer->is_probed = true;
    const Request* const request = requests_.Of(*transfer);
    if (request != nullptr && !requests_.IsProbed(request->number)) {
      IssueProbe();
      PostAfter(kProbeAfter, [transfer](Transfers& self) { self.ExpireNow(transfer); });
      return;
    }
  }
  EndNow(transfer, abi::OPENUSB_IO_TIMEOUT);
}

void Transfers::EndNow(const std::shared_ptr<Transfer>& transfer, int32_t cause) {
  if (transfer->is_settled()) return;
  if (!transfer->started) {
    transfer->Settle(cause);
    Leave(transfer);
    return;
  }
  if (transfer->cause == 0) transfer->cause = cause;
  requests_.Abort(*transfer);
  timers_->After(kGrace, [self = weak_from_this(), weak = std::weak_ptr<Transfer>(transfer), cause] {
    GiveUp(self, weak, cause);
  });
}

void Transfers::EndAllNow(int32_t cause) {
  for (Line& line : lines_) {
    const Line copy = line;
    // From behind: what has not been started must not be, when the one before it ends.
    for (auto each = copy.rbegin(); each != copy.rend(); ++each) EndNow(*each, cause);
  }
}

void Transfers::ForgetNow(const std::shared_ptr<Transfer>& transfer) {
  requests_.Lose(*transfer);
  Leave(transfer);
  ReapIfIdle();
}

// A control request that fails never comes back; what was submitted after it does. So what has been out for
// long has another one sent after it, and if that is answered first, it has failed.
void Transfers::ArmProbe() {
  if (!kFailuresAreSilent || !is_probing_ || is_probe_armed_) return;
  is_probe_armed_ = true;
  PostAfter(kProbeAfter, [](Transfers& self) { self.ProbeDue(); });
}

void Transfers::ProbeDue() {
  is_probe_armed_ = false;
  const Request* const oldest = requests_.OldestControl();
  if (oldest == nullptr || is_gone_) return;
  const bool is_overdue = Clock::now() - oldest->submitted >= kProbeAfter;
  if (is_overdue && !requests_.IsProbed(oldest->number)) IssueProbe();
  ArmProbe();
}

void Transfers::IssueProbe() {
  auto request = requests_.Make(nullptr);
  request->FillProbe();
  requests_.Issue(std::move(request));
}

void Transfers::Bury(uint64_t number) {
  for (const auto& transfer : requests_.LoseControlsBefore(number)) {
    if (transfer == nullptr) {
      // A device that refuses GET_STATUS is not asked again.
      is_probing_ = false;
      continue;
    }
    transfer->Settle(kLost + abi::OPENUSB_IO_STALL);
    Leave(transfer);
  }
}

void Transfers::ReapIfIdle() {
  if (!requests_.is_idle()) return;
  requests_.Reap();
  most_returned_ = kMostReturned;
  if (!is_holding_) return;
  is_holding_ = false;
  AdvanceAll();
}

// Holds new ones back for a moment, so that those under way come back and all can be reaped. If one of them
// waits for a device that has nothing to say, that does not help; then the next time is later.
bool Transfers::MustHold() {
  if (is_holding_) return true;
  if (requests_.returned() < most_returned_) return false;
  is_holding_ = true;
  PostAfter(kLongestHold, [](Transfers& self) {
    if (!self.is_holding_) return;
    self.is_holding_ = false;
    self.most_returned_ = self.requests_.returned() * 2;
    self.AdvanceAll();
  });
  return true;
}

bool Transfers::Stop(std::chrono::steady_clock::time_point deadline) {
  return thread_.Stop(deadline, [self = shared_from_this()] { self->requests_.ReapAll(); });
}

}  // namespace tsusb::openusb
