#include "stream.h"

#include <algorithm>
#include <new>
#include <utility>

#include "context.h"
#include "stream_packets.h"

namespace tsusb::libusb1 {
namespace {

static_assert(sizeof(std::atomic<int32_t>) == sizeof(int32_t) && std::atomic<int32_t>::is_always_lock_free,
              "JS reads them as plain 32-bit integers");

}  // namespace

Stream::Stream(StreamMemory memory, std::shared_ptr<Handle> handle, StreamArguments arguments)
    : TransferMemory(memory.block, memory.capacity, memory.table_packets),
      handle_(std::move(handle)),
      library_(handle_->context().library()),
      arguments_(std::move(arguments)),
      memory_(std::move(memory)) {
  if (!TransferMemory::ok()) return;
  const int packets = static_cast<int>(arguments_.packet_lengths.size());
  for (int i = 0; i < arguments_.transfers; ++i) {
    transfers_.push_back({this, library_->alloc_transfer(packets)});
  }
  for (uint32_t buffer = buffers(); buffer-- > 0;) free_.push_back(buffer);
}

Stream::~Stream() {
  memory_.GiveBack();
  for (const Transfer& each : transfers_) {
    if (each.transfer == nullptr) continue;
    // As Slot does: the handle may be closed by now.
    each.transfer->dev_handle = nullptr;
    library_->free_transfer(each.transfer);
  }
}

bool Stream::ok() const {
  return TransferMemory::ok() && std::all_of(transfers_.begin(), transfers_.end(),
                                             [](const Transfer& each) { return each.transfer != nullptr; });
}

std::atomic<int32_t>& Stream::control(Control place) const {
  return *std::launder(reinterpret_cast<std::atomic<int32_t>*>(packet_table() + place));
}

int32_t* Stream::entry(uint32_t number) const {
  return packet_table() + kControlSize + (number & (entries() - 1)) * kEntrySize;
}

int32_t* Stream::packets_of(uint32_t buffer) const {
  const uint32_t ints = kControlSize + entries() * kEntrySize;
  return packet_table() + (ints + 2) / 3 * 3 + buffer * arguments_.packet_lengths.size() * 3;
}

int Stream::Start() {
  for (uint32_t place = 0; place < kControlSize; ++place) {
    new (packet_table() + place) std::atomic<int32_t>(0);
  }
  std::lock_guard<std::mutex> lock(mutex_);
  started_ = std::chrono::steady_clock::now();
  for (Transfer& each : transfers_) {
    if (!is_in()) {
      Park(each);
      continue;
    }
    const int status = Submit(each);
    if (status == abi::LIBUSB_SUCCESS) continue;
    // With fewer transfers than asked for it goes on: the system's memory for USB is limited.
    if (in_flight_ == 0) return status;
    Park(each);
    if (status != abi::LIBUSB_ERROR_NO_MEM) StopWith(status);
    break;
  }
  return abi::LIBUSB_SUCCESS;
}

void Stream::Push(uint32_t buffer, uint32_t length) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (is_stopping_) return;
  pushed_.push_back({buffer, length});
  buffered_ += length;
  Unpark();
}

int Stream::Submit(Transfer& each) {
  each.buffer = is_in() ? free_.back() : pushed_.front().buffer;
  each.size = is_in() ? arguments_.transfer_size : pushed_.front().length;
  // Before the hand-over: the callback waits for the lock, and what it finds must be whole.
  each.sequence = next_sequence_;
  each.in_flight = true;
  FillIn(each);
  handle_->StreamTransferBegins(arguments_.endpoint);
  const int status = each.transfer->dev_handle == nullptr ? abi::LIBUSB_ERROR_NO_DEVICE
                                                          : library_->submit_transfer(each.transfer);
  if (status < 0) {
    each.in_flight = false;
    handle_->StreamTransferEnded(arguments_.endpoint);
    return status;
  }
  if (is_in()) {
    free_.pop_back();
  } else {
    pushed_.pop_front();
  }
  ++next_sequence_;
  ++in_flight_;
  return status;
}

void Stream::FillIn(Transfer& each) {
  abi::libusb_transfer* const transfer = each.transfer;
  transfer->dev_handle = handle_->get();
  transfer->flags = 0;
  transfer->endpoint = arguments_.endpoint;
  transfer->type = arguments_.type;
  transfer->timeout = 0;
  transfer->length = static_cast<int>(each.size);
  transfer->actual_length = 0;
  transfer->callback = &Stream::OnTransferDone;
  transfer->user_data = &each;
  transfer->buffer = bytes() + static_cast<size_t>(each.buffer) * arguments_.transfer_size;
  SetPackets(transfer, arguments_.packet_lengths, each.size);
}

// Runs on the event thread, or on any thread on which libusb happens to handle events.
void TSUSB_LIBUSB_CALL Stream::OnTransferDone(abi::libusb_transfer* transfer) {
  Transfer& each = *static_cast<Transfer*>(transfer->user_data);
  // JS may free the stream as soon as it has heard of its end.
  const std::shared_ptr<Stream> self = each.stream->shared_from_this();
  const std::lock_guard<std::mutex> lock(self->mutex_);
  each.in_flight = false;
  if (self->is_lost_) return;
  self->handle_->StreamTransferEnded(self->arguments_.endpoint);
  self->NoteDone(each);
  self->PublishInOrder();
  self->EndIfIdle();
  self->TellWaiting();
}

void Stream::NoteDone(Transfer& each) {
  const abi::libusb_transfer& transfer = *each.transfer;
  each.is_done = true;
  each.status = transfer.status;
  // Nothing is believed that would reach beyond the buffer.
  each.length = std::clamp(transfer.actual_length, 0, static_cast<int>(each.size));
  if (arguments_.packet_lengths.empty()) return;
  const PacketsDone done = NotePackets(each.transfer, arguments_.packet_lengths, packets_of(each.buffer));
  each.status = done.status;
  each.length = done.length;
  counters_.packets += done.tried;
  counters_.missed += done.missed;
}

// Transfers of one endpoint end in their order, but those that are cancelled may not.
void Stream::PublishInOrder() {
  for (;;) {
    const auto next = std::find_if(transfers_.begin(), transfers_.end(), [this](const Transfer& each) {
      return each.is_done && each.sequence == next_published_;
    });
    if (next == transfers_.end()) return;
    next->is_done = false;
    ++next_published_;
    --in_flight_;
    ++counters_.transfers;
    counters_.bytes += static_cast<uint64_t>(next->length);
    Publish(*next);
    if (next->status != abi::LIBUSB_TRANSFER_COMPLETED) StopWith(next->status);
    Renew(*next);
  }
}

void Stream::Publish(const Transfer& each) {
  // Inwards an empty transfer that completed is a message too; one that failed is nothing.
  if (is_in() && each.length == 0 && each.status != abi::LIBUSB_TRANSFER_COMPLETED) {
    free_.push_back(each.buffer);
    return;
  }
  const uint32_t number = static_cast<uint32_t>(control(kPublished).load());
  entry(number)[0] = static_cast<int32_t>(each.buffer);
  entry(number)[1] = each.length;
  if (is_in()) {
    buffered_ += static_cast<uint64_t>(each.length);
  } else {
    buffered_ -= each.size;
  }
  control(kPublished) = static_cast<int32_t>(number + 1);
}

void Stream::Renew(Transfer& each) {
  if (is_stopping_) return;
  for (;;) {
    Reclaim();
    if (HasWork()) {
      const int status = Submit(each);
      if (status < 0) StopWith(status);
      return;
    }
    Park(each);
    // JS first counts on and then looks at kParked, here it is the other way round: one sees the other.
    if (!is_in() || static_cast<uint32_t>(control(kConsumed).load()) == reclaimed_) break;
    parked_.pop_back();
    control(kParked) = static_cast<int32_t>(parked_.size());
  }
  if (in_flight_ == 0) ++counters_.starved;
}

void Stream::Park(Transfer& each) {
  parked_.push_back(&each);
  control(kParked) = static_cast<int32_t>(parked_.size());
}

void Stream::Unpark() {
  while (!is_stopping_ && !parked_.empty() && HasWork()) {
    Transfer& each = *parked_.back();
    parked_.pop_back();
    const int status = Submit(each);
    if (status < 0) StopWith(status);
  }
  control(kParked) = static_cast<int32_t>(parked_.size());
  EndIfIdle();
  TellWaiting();
}

bool Stream::HasWork() const {
  if (!is_in()) return !pushed_.empty();
  if (free_.empty()) return false;
  return buffered_ == 0 || buffered_ + arguments_.transfer_size <= arguments_.buffer_size;
}

// Takes the buffers back that JS has done with. Outwards they are JS's own business.
void Stream::Reclaim() {
  const uint32_t published = static_cast<uint32_t>(control(kPublished).load());
  const uint32_t consumed = static_cast<uint32_t>(control(kConsumed).load());
  while (is_in() && reclaimed_ != consumed && reclaimed_ != published) {
    const int32_t* const taken = entry(reclaimed_++);
    free_.push_back(static_cast<uint32_t>(taken[0]));
    buffered_ -= static_cast<uint64_t>(taken[1]);
  }
}

void Stream::Resume() {
  const std::lock_guard<std::mutex> lock(mutex_);
  Reclaim();
  Unpark();
}

void Stream::Stop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  StopWith(0);
}

// The first reason counts: what comes after it is its consequence.
void Stream::StopWith(int status) {
  if (is_stopping_) return;
  is_stopping_ = true;
  end_status_ = status;
  parked_.clear();
  control(kParked) = 0;
  pushed_.clear();
  for (const Transfer& each : transfers_) {
    if (each.in_flight) library_->cancel_transfer(each.transfer);
  }
}

void Stream::EndIfIdle() {
  if (!is_stopping_ || in_flight_ > 0 || control(kEnded) != 0) return;
  ended_ = std::chrono::steady_clock::now();
  control(kStatus) = end_status_;
  control(kEnded) = 1;
  Tell(&closing_);
}

void Stream::Wait(int32_t id, uint32_t seen) {
  const std::lock_guard<std::mutex> lock(mutex_);
  handle_->context().queue()->Begin();
  waiting_ = id;
  seen_ = seen;
  TellWaiting();
}

void Stream::TellWaiting() {
  if (static_cast<uint32_t>(control(kPublished).load()) != seen_ || control(kEnded) != 0) Tell(&waiting_);
}

void Stream::Tell(int32_t* id) {
  if (*id == 0) return;
  handle_->context().Tell({*id, 0, 0});
  *id = 0;
}

void Stream::Close(int32_t id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  handle_->context().queue()->Begin();
  closing_ = id;
  StopWith(0);
  EndIfIdle();
  if (control(kEnded) != 0) Tell(&closing_);
  TellWaiting();
}

bool Stream::Lose() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (control(kEnded) != 0) return false;
  StopWith(0);
  is_lost_ = true;
  for (; in_flight_ > 0; --in_flight_) handle_->StreamTransferEnded(arguments_.endpoint);
  new std::shared_ptr<Stream>(shared_from_this());
  EndIfIdle();
  TellWaiting();
  return true;
}

StreamCounters Stream::counters() {
  const std::lock_guard<std::mutex> lock(mutex_);
  Reclaim();
  StreamCounters counters = counters_;
  counters.in_flight = in_flight_;
  counters.buffered = buffered_;
  const auto end = control(kEnded) != 0 ? ended_ : std::chrono::steady_clock::now();
  counters.seconds = std::chrono::duration<double>(end - started_).count();
  return counters;
}

}  // namespace tsusb::libusb1
