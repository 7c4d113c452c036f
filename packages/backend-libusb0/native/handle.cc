#include "handle.h"

#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include "context.h"
#include "open_file.h"
#include "perform.h"
#include "tsusb/sysfs.h"

namespace tsusb::libusb0 {
namespace {

// GET_CONFIGURATION (USB 2.0 §9.4.2), and what it may take (§9.2.6.4).
constexpr int kDeviceIn = 0x80;
constexpr int kGetConfiguration = 8;
constexpr int kConfigurationTimeout = 500;

// For a device that libusb-win32 has reset to be there again, and between two looks.
constexpr auto kReopenPatience = std::chrono::seconds(5);
constexpr auto kReopenPause = std::chrono::milliseconds(50);

}  // namespace

Handle::Handle(std::shared_ptr<Context> context)
    : context_(std::move(context)), library_(context_->library()), queue_(this) {}

int Handle::cancelled() const { return -EINTR; }

void Handle::Post(int32_t id, std::function<int()> call) {
  thread_.Call(context_->queue(), id, -ENOMEM, std::move(call));
}

void Handle::Open(int32_t id, std::shared_ptr<const Device> device) {
  device_ = std::move(device);
  Post(id, [self = shared_from_this()] { return self->OpenNow(*self->device_); });
}

int Handle::OpenNow(const Device& device) {
  abi::usb_dev_handle* handle = nullptr;
  int error = 0;
  {
    // Found and opened in one: the library frees the entry when anybody searches for devices.
    std::lock_guard<std::mutex> lock(library_->lists());
    const auto listed = FindListed(*library_, device);
    if (!listed) return -ENODEV;
    errno = 0;
    handle = library_->open(listed->pointer);
    error = errno;
  }
  if (handle == nullptr) return error == ENOENT ? -ENODEV : -(error != 0 ? error : EIO);
  const int status = AdoptOpenFile(*library_, handle);
  if (status < 0) {
    library_->close(handle);
    return status == -ENOENT ? -ENODEV : status;
  }
  handle_ = handle;
  return 0;
}

void Handle::Call(int32_t id, std::function<int(const Library&, abi::usb_dev_handle*)> call) {
  Post(id, [self = shared_from_this(), call = std::move(call)] {
    abi::usb_dev_handle* const handle = self->handle_;
    return handle == nullptr ? -ENODEV : call(*self->library_, handle);
  });
}

void Handle::GetConfiguration(int32_t id) {
  Call(id, [self = shared_from_this()](const Library& library, abi::usb_dev_handle* handle) {
    const Device& device = *self->device_;
    if (!device.folder.empty()) {
      const int value = IsPresent(device) ? SysfsConfiguration(device.folder) : -1;
      return value < 0 ? -ENODEV : value;
    }
    char value = 0;
    const int status =
        library.control_msg(handle, kDeviceIn, kGetConfiguration, 0, 0, &value, 1, kConfigurationTimeout);
    if (status < 0) return status;
    return status == 1 ? static_cast<int>(static_cast<uint8_t>(value)) : -EIO;
  });
}

void Handle::SetConfiguration(int32_t id, int value) {
  Call(id, [value](const Library& library, abi::usb_dev_handle* handle) {
    // For Linux and libusb 1.0, 0 is a configuration of that value, which broken devices have; -1
    // unconfigures.
    const bool is_unconfigure = value == 0 && library.implementation() != Implementation::kWin32;
    return library.set_configuration(handle, is_unconfigure ? -1 : value);
  });
}

void Handle::Claim(int32_t id, int number) {
  Call(id, [self = shared_from_this(), number](const Library& library, abi::usb_dev_handle* handle) {
    int status = 0;
    self->queue_.Exclude(TransferQueue::kNone, [&] {
      if (self->claimed_.test(number)) return;
      status = library.claim_interface(handle, number);
      if (status >= 0) self->Claimed(number);
    });
    return status;
  });
}

void Handle::Release(int32_t id, int number) {
  Call(id, [self = shared_from_this(), number](const Library& library, abi::usb_dev_handle* handle) {
    int status = -ENOENT;
    self->queue_.Exclude(number, [&] {
      if (!self->claimed_.test(number)) return;
      status = library.release_interface(handle, number);
      self->claimed_.reset(number);
      self->selectable_ = -1;
    });
    return status;
  });
}

void Handle::SetAltSetting(int32_t id, int number, int setting) {
  Call(id, [self = shared_from_this(), number, setting](const Library& library, abi::usb_dev_handle* handle) {
    int status = -ENOENT;
    self->queue_.Exclude(number, [&] {
      if (!self->claimed_.test(number)) return;
      status = self->SelectNow(handle, number, setting);
      if (status >= 0) self->settings_[number] = static_cast<uint8_t>(setting);
    });
    return status;
  });
}

void Handle::Claimed(int number) {
  claimed_.set(number);
  settings_[number] = 0;
  selectable_ = number;
}

// The library selects settings of the interface that was claimed last, whichever that is.
int Handle::SelectNow(abi::usb_dev_handle* handle, int number, int setting) {
  if (selectable_ != number) {
    const int status = library_->claim_interface(handle, number);
    if (status < 0) return status;
    selectable_ = number;
  }
  return library_->set_altinterface(handle, setting);
}

void Handle::Reset(int32_t id) {
  Call(id, [self = shared_from_this()](const Library&, abi::usb_dev_handle* handle) {
    int status = 0;
    self->queue_.Exclude(TransferQueue::kAll, [&] { status = self->ResetNow(handle); });
    return status;
  });
}

int Handle::ResetNow(abi::usb_dev_handle* handle) {
  const std::bitset<256> claimed = claimed_;
  settings_.fill(0);
  selectable_ = -1;
  if (library_->implementation() == Implementation::kOriginal) {
    // Given back before, or the system would hand them to its own drivers.
    for (size_t number = 0; number < claimed.size(); ++number) {
      if (claimed.test(number)) library_->release_interface(handle, static_cast<int>(number));
    }
    claimed_.reset();
  }
  const int status = library_->reset(handle);
  // The compatibility layer says so if the device came back as another one.
  if (status < 0) return status == -ENOENT ? -ENODEV : status;
  if (library_->implementation() == Implementation::kCompat) return 0;
  if (library_->implementation() == Implementation::kWin32) {
    claimed_.reset();
    if (const int reopened = ReopenNow(); reopened < 0) return reopened;
  }
  return ClaimAgain(claimed);
}

// libusb-win32's handle is of no use after a reset.
int Handle::ReopenNow() {
  library_->close(handle_.exchange(nullptr));
  const auto deadline = std::chrono::steady_clock::now() + kReopenPatience;
  for (;;) {
    {
      std::lock_guard<std::mutex> lock(library_->lists());
      Rescan(*library_);
    }
    const int status = OpenNow(*device_);
    if (status >= 0 || std::chrono::steady_clock::now() >= deadline) return status;
    std::this_thread::sleep_for(kReopenPause);
  }
}

int Handle::ClaimAgain(const std::bitset<256>& numbers) {
  int first_failure = 0;
  for (size_t number = 0; number < numbers.size(); ++number) {
    if (!numbers.test(number)) continue;
    const int status = library_->claim_interface(handle_, static_cast<int>(number));
    if (status >= 0) {
      Claimed(static_cast<int>(number));
    } else if (first_failure == 0) {
      first_failure = status;
    }
  }
  return first_failure;
}

void Handle::Driver(int32_t id, int number) {
  const bool posted = thread_.Post([self = shared_from_this(), id, number] {
    // Source: struct usbdevfs_getdriver in linux/usbdevice_fs.h, whose names have up to 255 bytes.
    char name[256] = {};
    abi::usb_dev_handle* const handle = self->handle_;
    const int status =
        handle == nullptr ? -ENODEV : self->library_->get_driver_np(handle, number, name, sizeof(name) - 1);
    self->context_->outbox().Deliver(id, status, std::string(name));
  });
  context_->Begun(id, posted);
}

int Handle::Submit(Slot& slot, const TransferArguments& arguments) {
  if (handle_ == nullptr || closing_ || is_gone_) return -ENODEV;
  slot.arguments = arguments;
  slot.handle = this;
  context_->queue()->Begin();
  if (queue_.Submit(slot, shared_from_this())) return 0;
  context_->queue()->Retract();
  return -ENOMEM;
}

Outcome Handle::Perform(Slot& slot) {
  abi::usb_dev_handle* const handle = handle_;
  if (handle == nullptr || is_gone_) return {-ENODEV, 0};
  const Means means{*library_, handle, queue_};
  if (slot.arguments.type == TransferType::kControl) return PerformControl(means, slot);
  if (library_->has_async()) return PerformAsync(means, slot);
  return PerformPipe(means, slot, &is_gone_);
}

bool Handle::CanInterrupt(const TransferArguments& arguments, bool closing) const {
  if (arguments.type == TransferType::kControl || library_->has_async()) return false;
  return library_->needs_interrupting() || closing;
}

// On the watching thread.
void Handle::Interrupt(int interface_number) {
  abi::usb_dev_handle* const handle = handle_;
  if (handle == nullptr) return;
  if (interface_number >= 0 && !claimed_.test(interface_number)) {
    // Linux claims for whoever transfers without a claim.
    library_->release_interface(handle, interface_number);
    return;
  }
  for (size_t i = 0; i < claimed_.size(); ++i) {
    const int number = static_cast<int>(i);
    if (!claimed_.test(i) || (interface_number >= 0 && interface_number != number)) continue;
    if (settings_[i] != 0 && !closing_) {
      SelectNow(handle, number, settings_[i]);
      continue;
    }
    library_->release_interface(handle, number);
    claimed_.reset(i);
    selectable_ = -1;
    if (!closing_ && library_->claim_interface(handle, number) >= 0) Claimed(number);
  }
}

void Handle::Settle(uint32_t slot, const Outcome& outcome) {
  context_->queue()->PushAndWake({static_cast<int32_t>(slot), outcome.status, outcome.length});
}

void Handle::BeginClose() {
  if (closing_.exchange(true)) return;
  queue_.BeginClose(shared_from_this());
}

void Handle::Close(int32_t id) {
  BeginClose();
  Post(id, [self = shared_from_this()] {
    self->CloseNow();
    return 0;
  });
}

bool Handle::Shutdown(std::chrono::steady_clock::time_point deadline) {
  BeginClose();
  const bool ended = queue_.Stop(deadline);
  return thread_.Stop(deadline, [self = shared_from_this()] { self->CloseNow(); }) && ended;
}

bool Handle::Lose(std::shared_ptr<Slot> slot) {
  if (!queue_.Lose(*slot)) return false;
  context_->queue()->Retract();
  new std::pair(std::move(slot), shared_from_this());
  return true;
}

void Handle::CloseNow() {
  abi::usb_dev_handle* const handle = handle_.exchange(nullptr);
  // What hangs in the library would come back to a freed handle.
  if (handle == nullptr || queue_.is_any_inside()) return;
  queue_.Exclude(TransferQueue::kAll, [&] {
    for (size_t number = 0; number < claimed_.size(); ++number) {
      if (claimed_.test(number)) library_->release_interface(handle, static_cast<int>(number));
    }
    claimed_.reset();
  });
  library_->close(handle);
}

}  // namespace tsusb::libusb0
