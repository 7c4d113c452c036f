#include "requests.h"

#include <algorithm>
#include <utility>

namespace tsusb::openusb {
namespace {

// USB 2.0 §9.4.5: GET_STATUS of the device.
constexpr uint8_t kDeviceToHost = 0x80;
constexpr uint8_t kGetStatus = 0;

}  // namespace

void Request::FillPiece(uint32_t length) {
  uint8_t* const bytes = transfer->slot->bytes();
  if (is_control()) {
    body.ctrl.setup = {bytes[0], bytes[1], static_cast<uint16_t>(bytes[2] | bytes[3] << 8),
                       static_cast<uint16_t>(bytes[4] | bytes[5] << 8)};
    body.ctrl.payload = bytes + kSetupSize;
    body.ctrl.length = length;
    handle.req.ctrl = &body.ctrl;
  } else if (handle.type == abi::USB_TYPE_INTERRUPT) {
    body.intr.payload = bytes + transfer->offset;
    body.intr.length = length;
    handle.req.intr = &body.intr;
  } else {
    body.bulk.payload = bytes + transfer->offset;
    body.bulk.length = length;
    handle.req.bulk = &body.bulk;
  }
  transfer->offset += length;
}

void Request::FillPackets(int first, int count) {
  const int32_t* const table = transfer->slot->packet_table();
  first_packet = first;
  packets.clear();
  for (int i = first; i < first + count; ++i) {
    const auto length = static_cast<uint32_t>(table[i * 3]);
    packets.push_back({transfer->slot->bytes() + transfer->offset, length});
    transfer->offset += length;
  }
  // The library fills in only what went wrong.
  results.assign(static_cast<size_t>(count), {});
  body.isoc.pkts = {static_cast<uint32_t>(count), packets.data()};
  body.isoc.isoc_results = results.data();
  handle.req.isoc = &body.isoc;
}

void Request::FillProbe() {
  handle.type = abi::USB_TYPE_CONTROL;
  body.ctrl.setup = {kDeviceToHost, kGetStatus, 0, 0};
  body.ctrl.payload = probe;
  body.ctrl.length = sizeof(probe);
  handle.req.ctrl = &body.ctrl;
}

uint32_t Request::length() const {
  switch (handle.type) {
    case abi::USB_TYPE_CONTROL:
      return body.ctrl.length;
    case abi::USB_TYPE_INTERRUPT:
      return body.intr.length;
    case abi::USB_TYPE_BULK:
      return body.bulk.length;
    default:
      return 0;
  }
}

abi::openusb_request_result_t Request::result() const {
  switch (handle.type) {
    case abi::USB_TYPE_CONTROL:
      return body.ctrl.result;
    case abi::USB_TYPE_INTERRUPT:
      return body.intr.result;
    case abi::USB_TYPE_BULK:
      return body.bulk.result;
    default:
      return {body.isoc.isoc_status, 0};
  }
}

std::unique_ptr<Request> Requests::Make(const std::shared_ptr<Transfer>& transfer) {
  std::unique_ptr<Request> request;
  if (free_.empty()) {
    request = std::make_unique<Request>();
  } else {
    request = std::move(free_.back());
    free_.pop_back();
  }
  request->handle = {};
  request->body = {};
  request->handle.dev = device_;
  request->handle.cb = callback_;
  request->handle.arg = request.get();
  request->owner = owner_;
  request->transfer = transfer;
  if (transfer == nullptr) return request;
  request->handle.endpoint = transfer->arguments.endpoint;
  request->handle.interface_ = transfer->arguments.interface_number;
  request->handle.type = transfer->arguments.type;
  return request;
}

int32_t Requests::Issue(std::unique_ptr<Request> request) {
  Request& issued = *request;
  issued.number = ++last_number_;
  issued.submitted = TimerThread::Clock::now();
  // Before the hand-over: the callback may run before xfer_aio returns.
  issued.is_in_flight = true;
  if (issued.transfer != nullptr) ++issued.transfer->outstanding;
  in_flight_.emplace(issued.number, std::move(request));
  const int32_t status = library_->xfer_aio(&issued.handle);
  if (status == abi::OPENUSB_SUCCESS) return status;
  issued.is_in_flight = false;
  if (issued.transfer != nullptr) --issued.transfer->outstanding;
  issued.transfer = nullptr;
  auto refused = in_flight_.extract(issued.number);
  free_.push_back(std::move(refused.mapped()));
  return status < 0 ? status : abi::OPENUSB_PLATFORM_FAILURE;
}

std::unique_ptr<Request> Requests::Take(uint64_t number) {
  auto found = in_flight_.extract(number);
  if (!found) found = lost_.extract(number);
  return found ? std::move(found.mapped()) : nullptr;
}

void Requests::Abort(const Transfer& transfer) {
  for (const auto& [number, request] : in_flight_) {
    if (request->transfer.get() == &transfer) library_->abort(&request->handle);
  }
}

void Requests::Lose(const Transfer& transfer) {
  for (auto each = in_flight_.begin(); each != in_flight_.end();) {
    if (each->second->transfer.get() != &transfer) {
      ++each;
    } else {
      lost_.insert(in_flight_.extract(each++));
    }
  }
}

std::vector<std::shared_ptr<Transfer>> Requests::LoseControlsBefore(uint64_t number) {
  std::vector<std::shared_ptr<Transfer>> losers;
  for (auto each = in_flight_.begin(); each != in_flight_.end() && each->first < number;) {
    if (!each->second->is_control()) {
      ++each;
    } else {
      losers.push_back(each->second->transfer);
      lost_.insert(in_flight_.extract(each++));
    }
  }
  return losers;
}

const Request* Requests::OldestControl() const {
  const auto oldest = std::find_if(in_flight_.begin(), in_flight_.end(), [](const auto& each) {
    return each.second->is_control() && !each.second->is_probe();
  });
  return oldest == in_flight_.end() ? nullptr : oldest->second.get();
}

const Request* Requests::Of(const Transfer& transfer) const {
  const auto found = std::find_if(in_flight_.begin(), in_flight_.end(),
                                  [&](const auto& each) { return each.second->transfer.get() == &transfer; });
  return found == in_flight_.end() ? nullptr : found->second.get();
}

bool Requests::IsProbed(uint64_t number) const {
  return std::any_of(in_flight_.lower_bound(number), in_flight_.end(),
                     [](const auto& each) { return each.second->is_probe(); });
}

void Requests::Poll(Request& request) {
  abi::openusb_request_handle* handle = &request.handle;
  abi::openusb_request_handle* done = nullptr;
  library_->poll(1, &handle, &done);
}

void Requests::Reap() {
  for (auto& request : returned_) {
    Poll(*request);
    free_.push_back(std::move(request));
  }
  returned_.clear();
}

void Requests::ReapAll() {
  // One that is not back yet is not touched by this.
  for (const auto& [number, request] : in_flight_) Poll(*request);
  for (const auto& [number, request] : lost_) Poll(*request);
  Reap();
}

}  // namespace tsusb::openusb
