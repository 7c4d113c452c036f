#include "context.h"

#include <algorithm>
#include <utility>

#include "handle.h"
#include "tsusb/bounded_call.h"

namespace tsusb::openusb {
namespace {

// openusb_init and openusb_fini count their callers without a lock, for the whole process. Never destroyed:
// exit() runs destructors while a thread may still be in there.
std::mutex& LifeMutex() {
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}

// For openusb_init, which looks at all devices, and openusb_fini, which ends threads, to come back.
constexpr auto kCallPatience = std::chrono::seconds(10);

}  // namespace

Context::Context(std::shared_ptr<const Library> library, std::shared_ptr<CompletionQueue> queue)
    : library_(std::move(library)), queue_(std::move(queue)), outbox_(queue_) {}

void Context::Call(int32_t id, std::function<int32_t()> call) {
  const CallBounds bounds{kCallPatience, abi::OPENUSB_IO_TIMEOUT, abi::OPENUSB_NO_RESOURCES};
  BoundedCall(&thread_, timers_, queue_, id, bounds, std::move(call),
              [self = shared_from_this()] { self->LeaveBehind(); });
}

void Context::Init(int32_t id, int log_level, bool log) {
  Call(id, [self = shared_from_this(), log_level, log] { return self->InitNow(log_level, log); });
}

int32_t Context::InitNow(int log_level, bool log) {
  {
    std::lock_guard<std::mutex> lock(LifeMutex());
    const int32_t status = library_->init(0, &handle_);
    if (status != abi::OPENUSB_SUCCESS) return status < 0 ? status : abi::OPENUSB_PLATFORM_FAILURE;
  }
  is_initialised_ = true;
  if (log) {
    RouteLog(handle_, this);
    is_logging_ = true;
  }
  if (log_level >= 0) {
    library_->set_debug(handle_, static_cast<uint32_t>(log_level), 0, log ? &OnLibraryLog : nullptr);
  }
  route_ = RouteEvents(*library_, handle_, this);
  if (route_ >= 0) return abi::OPENUSB_SUCCESS;
  const auto status = static_cast<int32_t>(route_);
  ExitNow();
  return status;
}

void Context::List(int32_t id) {
  const bool posted = thread_.Post([self = shared_from_this(), id] {
    Listing listing;
    const int32_t status = self->ListNow(&listing);
    self->outbox_.Deliver(id, status, std::move(listing));
  });
  queue_->Begin();
  if (!posted) queue_->PushAndWake({id, abi::OPENUSB_NO_RESOURCES, 0});
}

int32_t Context::ListNow(Listing* listing) {
  abi::openusb_devid_t* list = nullptr;
  uint32_t count = 0;
  const int32_t status = library_->get_devids_by_bus(handle_, 0, &list, &count);
  std::vector<abi::openusb_devid_t> present;
  if (status == abi::OPENUSB_SUCCESS && list != nullptr) present.assign(list, list + count);
  if (list != nullptr) library_->free_devid_list(list);
  // No device is no failure.
  if (status != abi::OPENUSB_SUCCESS && status != abi::OPENUSB_NULL_LIST) return status;
  for (const abi::openusb_devid_t devid : present) {
    // Its removal was told, and the library is slower to take it off its list.
    if (devices_.IsGone(devid)) continue;
    std::shared_ptr<const Device> device = devices_.Known(devid);
    if (device == nullptr) {
      device = Describe(devid);
      // With a watch, a device is announced before any listing shows it.
      if (watching_) {
        outbox_.Notice(Plugged{device});
      } else {
        listing->added.push_back(device);
      }
    }
    listing->ids.push_back(device->id);
  }
  for (const auto& device : devices_.RemoveAllBut(present)) Gone(*device);
  return abi::OPENUSB_SUCCESS;
}

std::shared_ptr<const Device> Context::Describe(abi::openusb_devid_t devid) {
  return devices_.Add(DescribeDevice(*library_, handle_, devid, devices_.NextId()));
}

void Context::StartWatch(int32_t id) {
  Call(id, [self = shared_from_this()] { return self->StartWatchNow(); });
}

int32_t Context::StartWatchNow() {
  if (watching_) return abi::OPENUSB_SUCCESS;
  // What is here now is no news; what comes from here on is queued behind this job.
  Listing present;
  const int32_t status = ListNow(&present);
  if (status != abi::OPENUSB_SUCCESS) return status;
  watching_ = true;
  for (const auto& device : present.added) outbox_.Notice(Known{device});
  return abi::OPENUSB_SUCCESS;
}

void Context::StopWatch(int32_t id) {
  Call(id, [self = shared_from_this()] {
    self->watching_ = false;
    return abi::OPENUSB_SUCCESS;
  });
}

// Runs on the library's event thread.
void Context::OnDevice(abi::openusb_devid_t device, int32_t event) {
  thread_.Post([self = shared_from_this(), device, event] { self->DeviceNow(device, event); });
}

void Context::DeviceNow(abi::openusb_devid_t devid, int32_t event) {
  if (event == abi::USB_REMOVE) {
    const auto device = devices_.Remove(devid);
    if (device != nullptr) Gone(*device);
  } else if (event == abi::USB_ATTACH && watching_ && devices_.Known(devid) == nullptr) {
    outbox_.Notice(Plugged{Describe(devid)});
  }
}

void Context::Gone(const Device& device) {
  std::vector<std::shared_ptr<Handle>> handles;
  {
    std::lock_guard<std::mutex> lock(handles_mutex_);
    for (const auto& weak : handles_) {
      if (auto handle = weak.lock()) handles.push_back(std::move(handle));
    }
  }
  for (const auto& handle : handles) {
    if (handle->device() != nullptr && handle->device()->devid == device.devid) handle->DeviceGone();
  }
  if (watching_) outbox_.Notice(Unplugged{device.id});
}

void Context::Add(std::weak_ptr<Handle> handle) {
  std::lock_guard<std::mutex> lock(handles_mutex_);
  handles_.erase(
      std::remove_if(handles_.begin(), handles_.end(), [](const auto& each) { return each.expired(); }),
      handles_.end());
  handles_.push_back(std::move(handle));
}

void Context::Exit(int32_t id) {
  is_ending_ = true;
  Call(id, [self = shared_from_this()] {
    self->ExitNow();
    return abi::OPENUSB_SUCCESS;
  });
}

void Context::ExitNow() {
  if (!std::exchange(is_initialised_, false)) return;
  if (route_ > 0) UnrouteEvents(*library_, handle_, route_);
  if (is_left_behind_) {
    // A thread is still in the library: it stays as it is, and loaded.
    new std::shared_ptr<const Library>(library_);
  } else {
    std::lock_guard<std::mutex> lock(LifeMutex());
    library_->fini(handle_);
  }
  if (is_logging_) UnrouteLog(handle_, this);
}

void Context::OnLog(const char* text) { outbox_.Notice(LogLine{text}); }

bool Context::Shutdown(std::chrono::steady_clock::time_point deadline) {
  is_ending_ = true;
  const bool ended = thread_.Stop(deadline, [self = shared_from_this()] { self->ExitNow(); });
  if (ended) timers_->Stop();
  return ended;
}

}  // namespace tsusb::openusb
