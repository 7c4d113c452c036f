#include "handle.h"

#include <algorithm>
#include <utility>

#include "context.h"

namespace tsusb::libusb1 {
namespace {

// Bytes that stand before the data of a control transfer (USB 2.0 §9.3); libusb counts them in `length` and
// not in `actual_length`.
constexpr int kSetupSize = 8;

}  // namespace

Handle::Handle(std::shared_ptr<Context> context)
    : context_(std::move(context)), library_(context_->library()) {}

void Handle::Settle(int32_t id, std::function<int()> call) {
  thread_.Call(context_->queue(), id, abi::LIBUSB_ERROR_NO_MEM, std::move(call));
}

void Handle::Open(int32_t id, std::shared_ptr<Device> device, bool auto_detach) {
  device_ = device;
  Settle(id, [self = shared_from_this(), device = std::move(device), auto_detach] {
    const Library& library = *self->library_;
    abi::libusb_device_handle* handle = nullptr;
    if (device->get() == nullptr) return abi::LIBUSB_ERROR_NO_DEVICE;
    const int status = library.open(device->get(), &handle);
    if (status < 0) return status;
    // Where it is not supported, `supports.autoDetach` says so and nobody asks for it.
    if (auto_detach && library.set_auto_detach_kernel_driver != nullptr) {
      library.set_auto_detach_kernel_driver(handle, 1);
    }
    self->handle_ = handle;
    return status;
  });
}

void Handle::Wrap(int32_t id, int64_t fd) {
  const bool posted = thread_.Post([self = shared_from_this(), id, fd] {
    const Library& library = *self->library_;
    abi::libusb_device_handle* handle = nullptr;
    const int status =
        library.wrap_sys_device == nullptr
            ? abi::LIBUSB_ERROR_NOT_SUPPORTED
            : library.wrap_sys_device(self->context_->get(), static_cast<intptr_t>(fd), &handle);
    if (status < 0) {
      self->context_->queue()->PushAndWake({id, status, 0});
      return;
    }
    self->handle_ = handle;
    self->device_ = self->context_->devices().Hold(library.get_device(handle));
    self->context_->outbox().Deliver(id, 0, self->context_->RecordOf(*self->device_));
  });
  context_->Begun(id, posted);
}

void Handle::Call(int32_t id, std::function<int(const Library&, abi::libusb_device_handle*)> call) {
  Settle(id, [self = shared_from_this(), call = std::move(call)] {
    abi::libusb_device_handle* const handle = self->handle_;
    return handle == nullptr ? abi::LIBUSB_ERROR_NO_DEVICE : call(*self->library_, handle);
  });
}

void Handle::Claim(int32_t id, int number) {
  Call(id, [self = shared_from_this(), number](const Library& library, abi::libusb_device_handle* handle) {
    const int status = library.claim_interface(handle, number);
    if (status == abi::LIBUSB_SUCCESS) self->claimed_.set(static_cast<size_t>(number & 0xff));
    return status;
  });
}

void Handle::Release(int32_t id, int number) {
  Call(id, [self = shared_from_this(), number](const Library& library, abi::libusb_device_handle* handle) {
    self->claimed_.reset(static_cast<size_t>(number & 0xff));
    return library.release_interface(handle, number);
  });
}

// libusb 1.0.25 and 1.0.26 unlock a mutex in set_interface_alt_setting that they did not lock if the device
// is gone, and abort the process in libusb_close (libusb#1199). Claiming what is claimed tells first whether
// it is there, and does nothing else; if it went in between, the handle is never closed.
void Handle::SetAltSetting(int32_t id, int number, int setting) {
  Call(id, [self = shared_from_this(), number, setting](const Library& library, auto* handle) {
    if (!self->claimed_.test(static_cast<size_t>(number & 0xff))) return abi::LIBUSB_ERROR_NOT_FOUND;
    const int claimed = library.claim_interface(handle, number);
    if (claimed < 0) return claimed;
    const int status = library.set_interface_alt_setting(handle, number, setting);
    if (status == abi::LIBUSB_ERROR_NO_DEVICE) self->is_broken_ = true;
    return status;
  });
}

int Handle::Submit(Slot& slot, const TransferArguments& arguments) {
  abi::libusb_device_handle* const handle = handle_;
  if (handle == nullptr || closing_) return abi::LIBUSB_ERROR_NO_DEVICE;
  abi::libusb_transfer* const transfer = slot.transfer();
  transfer->dev_handle = handle;
  transfer->flags = arguments.flags;
  transfer->endpoint = arguments.endpoint;
  transfer->type = arguments.type;
  transfer->length = arguments.length;
  transfer->actual_length = 0;
  transfer->callback = &Handle::OnTransferDone;
  transfer->user_data = &slot;
  transfer->buffer = slot.bytes();
  transfer->num_iso_packets = arguments.packets;
  if (arguments.stream_id != 0) {
    if (library_->transfer_set_stream_id == nullptr) return abi::LIBUSB_ERROR_NOT_SUPPORTED;
    library_->transfer_set_stream_id(transfer, arguments.stream_id);
  }
  abi::libusb_iso_packet_descriptor* const packets = PacketsOf(transfer);
  for (int i = 0; i < arguments.packets; ++i) {
    // libusb says nothing of packets that it does not get back; what the slot's last transfer had is not
    // theirs.
    packets[i] = {static_cast<unsigned int>(slot.packet_table()[i * 3]), 0, abi::LIBUSB_TRANSFER_ERROR};
  }

  // Before the hand-over: the callback may run before submit_transfer returns.
  std::atomic<int>& on_endpoint = in_flight_[EndpointIndex(arguments.endpoint)];
  slot.handle = this;
  slot.state = Slot::State::kInFlight;
  ++on_endpoint;
  context_->TransferBegins();
  transfer->timeout = context_->LimitTime(slot, arguments.timeout_ms);
  const int status = library_->submit_transfer(transfer);
  if (status < 0) {
    slot.state = Slot::State::kFree;
    --on_endpoint;
    context_->TransferNotBegun();
    context_->WasOverdue(slot);
  }
  return status;
}

// Runs on the event thread, or on any thread on which libusb happens to handle events.
void TSUSB_LIBUSB_CALL Handle::OnTransferDone(abi::libusb_transfer* transfer) {
  Slot& slot = *static_cast<Slot*>(transfer->user_data);
  Handle& handle = *slot.handle;
  Context& context = *handle.context_;
  // Nothing is believed that would reach beyond the memory.
  const int setup = transfer->type == abi::LIBUSB_TRANSFER_TYPE_CONTROL ? kSetupSize : 0;
  const int length = std::clamp(transfer->actual_length, 0, std::max(transfer->length - setup, 0));
  const bool was_overdue = context.WasOverdue(slot);
  // It may have failed or succeeded at the last moment.
  const int status = was_overdue && transfer->status == abi::LIBUSB_TRANSFER_CANCELLED
                         ? abi::LIBUSB_TRANSFER_TIMED_OUT
                         : transfer->status;
  const Completion completion{static_cast<int32_t>(slot.id), status, length};
  const abi::libusb_iso_packet_descriptor* const packets = PacketsOf(transfer);
  for (int i = 0; i < transfer->num_iso_packets; ++i) {
    int32_t* const entry = slot.packet_table() + i * 3;
    entry[1] = static_cast<int32_t>(std::min(packets[i].actual_length, static_cast<unsigned int>(entry[0])));
    entry[2] = packets[i].status;
  }
  std::atomic<int>& on_endpoint = handle.in_flight_[EndpointIndex(transfer->endpoint)];
  // From here on, slot and transfer may be gone. Handle and context stay until this has returned:
  // libusb_close waits for event handling, and the event thread is joined.
  if (slot.state.exchange(Slot::State::kFree) == Slot::State::kLost) return;
  context.TransferEnded(completion, --on_endpoint == 0);
}

void Handle::StreamTransferBegins(uint8_t endpoint) {
  ++in_flight_[EndpointIndex(endpoint)];
  context_->StreamTransferBegins();
}

void Handle::StreamTransferEnded(uint8_t endpoint) {
  --in_flight_[EndpointIndex(endpoint)];
  context_->StreamTransferEnded();
}

void Handle::Close(int32_t id) {
  closing_ = true;
  Settle(id, [self = shared_from_this()] {
    self->CloseNow();
    return abi::LIBUSB_SUCCESS;
  });
}

bool Handle::Shutdown(std::chrono::steady_clock::time_point deadline) {
  closing_ = true;
  return thread_.Stop(deadline, [self = shared_from_this()] { self->CloseNow(); });
}

int Handle::transfers_in_flight() const {
  int count = 0;
  for (const std::atomic<int>& on_endpoint : in_flight_) count += on_endpoint;
  return count;
}

bool Handle::Lose(std::shared_ptr<Slot> slot) {
  const int endpoint = EndpointIndex(slot->transfer()->endpoint);
  auto expected = Slot::State::kInFlight;
  if (!slot->state.compare_exchange_strong(expected, Slot::State::kLost)) return false;
  --in_flight_[endpoint];
  context_->TransferNotBegun();
  context_->WasOverdue(*slot);
  new std::pair(std::move(slot), shared_from_this());
  return true;
}

void Handle::CloseNow() {
  abi::libusb_device_handle* const handle = handle_.exchange(nullptr);
  if (handle != nullptr) {
    for (size_t number = 0; number < claimed_.size(); ++number) {
      // libusb gives kernel drivers back here only, not in libusb_close.
      if (claimed_.test(number)) library_->release_interface(handle, static_cast<int>(number));
    }
    claimed_.reset();
    if (!is_broken_) library_->close(handle);
  }
  device_.reset();
}

}  // namespace tsusb::libusb1
