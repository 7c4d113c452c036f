#include "handle.h"

#include <utility>

#include "claims.h"
#include "context.h"
#include "tsusb/bounded_call.h"
#include "tsusb/sysfs_search.h"

namespace tsusb::openusb {
namespace {

// For a blocking call to come back. A device reset takes up to a second, a control request within the library
// a tenth of one.
constexpr auto kCallPatience = std::chrono::seconds(5);
// For the transfers' thread to come back from the library when a handle is closed.
constexpr auto kClosePatience = std::chrono::seconds(2);

}  // namespace

Handle::Handle(std::shared_ptr<Context> context)
    : context_(std::move(context)),
      library_(context_->library()),
      transfers_(std::make_shared<Transfers>(library_, context_->queue(), context_->timers())) {}

void Handle::Settle(int32_t id, std::function<int32_t()> call) {
  const CallBounds bounds{kCallPatience, abi::OPENUSB_IO_TIMEOUT, abi::OPENUSB_NO_RESOURCES};
  BoundedCall(&thread_, context_->timers(), context_->queue(), id, bounds, std::move(call),
              [self = shared_from_this()] {
                self->hangs_ = true;
                self->context_->LeaveBehind();
              });
}

void Handle::Open(int32_t id, std::shared_ptr<const Device> device) {
  device_ = std::move(device);
  Settle(id, [self = shared_from_this()] {
    abi::openusb_dev_handle_t handle = 0;
    const int32_t status = self->library_->open_device(self->context_->handle(), self->device_->devid,
                                                       abi::USB_INIT_DEFAULT, &handle);
    if (status != abi::OPENUSB_SUCCESS) return status;
    self->handle_ = handle;
    self->is_open_ = true;
    self->transfers_->Open(handle);
    return status;
  });
}

void Handle::Call(int32_t id, std::function<int32_t(const Library&, abi::openusb_dev_handle_t)> call) {
  Settle(id, [self = shared_from_this(), call = std::move(call)] {
    // The library goes on using what it has freed of a device that is gone.
    if (self->is_gone_) return abi::OPENUSB_UNKNOWN_DEVICE;
    return self->is_open_ ? call(*self->library_, self->handle_) : abi::OPENUSB_INVALID_HANDLE;
  });
}

void Handle::SetConfiguration(int32_t id, uint8_t value) {
  Call(id, [self = shared_from_this(), value](const Library& library, abi::openusb_dev_handle_t handle) {
    if (IsClaimed(library, self->device_->devid)) return abi::OPENUSB_BUSY;
    return library.set_configuration(handle, value);
  });
}

void Handle::CheckUnused(int32_t id) {
  Call(id, [self = shared_from_this()](const Library& library, abi::openusb_dev_handle_t) {
    const Device& device = *self->device_;
    const bool is_used = IsClaimed(library, device.devid) || HasAnySysfsDriver(device.sysfs);
    return is_used ? abi::OPENUSB_BUSY : abi::OPENUSB_SUCCESS;
  });
}

void Handle::Claim(int32_t id, uint8_t number, uint8_t configuration) {
  Call(id, [self = shared_from_this(), number, configuration](const Library&, abi::openusb_dev_handle_t) {
    return self->ClaimNow(number, configuration);
  });
}

// The library takes an interface from whoever has it, the kernel's driver or another program, does not give
// it back, and cannot tell: so whoever has it keeps it.
int32_t Handle::ClaimNow(uint8_t number, uint8_t configuration) {
  if (claimed_.test(number)) return abi::OPENUSB_SUCCESS;
  const Library& library = *library_;
  if (!TakeClaim(library, device_->devid, number, this)) return abi::OPENUSB_BUSY;
  const int32_t status = HasSysfsDriver(device_->sysfs, configuration, number)
                             ? abi::OPENUSB_BUSY
                             : library.claim_interface(handle_, number, abi::USB_INIT_DEFAULT);
  if (status == abi::OPENUSB_SUCCESS) {
    claimed_.set(number);
  } else {
    GiveClaim(library, device_->devid, number, this);
  }
  return status;
}

void Handle::Release(int32_t id, uint8_t number) {
  Call(id, [self = shared_from_this(), number](const Library& library, abi::openusb_dev_handle_t handle) {
    if (!self->claimed_.test(number)) return abi::OPENUSB_BADARG;
    const int32_t status = library.release_interface(handle, number);
    self->claimed_.reset(number);
    GiveClaim(library, self->device_->devid, number, self.get());
    return status;
  });
}

// Where the library does not know the configuration, openusb_set_altsetting returns with the device's lock
// held, and whatever comes next waits for ever. Asking for the configuration makes it known.
void Handle::SetAltSetting(int32_t id, uint8_t number, uint8_t setting) {
  Call(id, [self = shared_from_this(), number, setting](const Library& library,
                                                        abi::openusb_dev_handle_t handle) {
    if (!self->claimed_.test(number)) return abi::OPENUSB_BADARG;
    uint8_t configuration = 0;
    const int32_t status = library.get_configuration(handle, &configuration);
    if (status != abi::OPENUSB_SUCCESS) return status;
    return configuration == 0 ? abi::OPENUSB_BADARG : library.set_altsetting(handle, number, setting);
  });
}

void Handle::Reset(int32_t id) {
  Call(id, [](const Library& library, abi::openusb_dev_handle_t handle) { return library.reset(handle); });
}

void Handle::Close(int32_t id) {
  closing_ = true;
  // Behind a call that hangs it would wait for nothing.
  const bool waits = !hangs_;
  const auto close = [self = shared_from_this()] {
    self->CloseNow(std::chrono::steady_clock::now() + kClosePatience);
    return abi::OPENUSB_SUCCESS;
  };
  if (waits) return Settle(id, close);
  thread_.Post(close);
  context_->queue()->Begin();
  context_->queue()->PushAndWake({id, abi::OPENUSB_IO_TIMEOUT, 0});
}

bool Handle::Shutdown(std::chrono::steady_clock::time_point deadline) {
  closing_ = true;
  const bool waits = !hangs_;
  if (!waits) deadline = std::chrono::steady_clock::now();
  const bool ended = thread_.Stop(deadline, [self = shared_from_this(), waits, deadline] {
    // What comes back after all has nobody who waits for it, and still closes.
    self->CloseNow(waits ? deadline : std::chrono::steady_clock::now() + kClosePatience);
  });
  return ended && !is_left_behind_;
}

void Handle::CloseNow(std::chrono::steady_clock::time_point deadline) {
  const bool was_open = std::exchange(is_open_, false);
  if (!transfers_->Stop(deadline)) {
    // It hangs in the library with this very device: neither may be touched again.
    is_left_behind_ = true;
    context_->LeaveBehind();
    new std::shared_ptr<Handle>(shared_from_this());
    return;
  }
  if (was_open) {
    for (size_t number = 0; number < claimed_.size(); ++number) {
      if (claimed_.test(number) && !is_gone_)
        library_->release_interface(handle_, static_cast<uint8_t>(number));
    }
    library_->close_device(handle_);
  }
  claimed_.reset();
  GiveAllClaims(this);
}

}  // namespace tsusb::openusb
