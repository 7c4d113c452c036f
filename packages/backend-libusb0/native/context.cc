#include "context.h"

#include <cerrno>
#include <mutex>
#include <utility>

#include "tsusb/sysfs.h"

namespace tsusb::libusb0 {

Context::Context(std::shared_ptr<const Library> library, std::shared_ptr<CompletionQueue> queue)
    : library_(std::move(library)), queue_(std::move(queue)), outbox_(queue_) {}

void Context::Call(int32_t id, std::function<int()> call) {
  thread_.Call(queue_, id, -ENOMEM, std::move(call));
}

void Context::Begun(int32_t id, bool posted) {
  queue_->Begin();
  if (!posted) queue_->PushAndWake({id, -ENOMEM, 0});
}

void Context::Init(int32_t id, int log_level) {
  Call(id, [self = shared_from_this(), log_level] { return self->InitNow(log_level); });
}

int Context::InitNow(int log_level) {
  std::vector<ListedDevice> listed;
  {
    std::lock_guard<std::mutex> lock(library_->lists());
    if (log_level >= 0 && library_->set_debug != nullptr) library_->set_debug(log_level);
    library_->init();
    if (const int status = Rescan(*library_); status < 0) return status;
    listed = ReadList(*library_);
  }
  const auto folders = SysfsFolders();
  if (folders.empty()) return 0;
  for (const ListedDevice& device : listed) {
    if (folders.count({device.bus, device.address}) == 0) return 0;
  }
  return 1;
}

void Context::List(int32_t id) {
  Post(id, [self = shared_from_this(), id] { self->ListNow(id); });
}

void Context::ListNow(int32_t id) {
  std::vector<ListedDevice> listed;
  int status = 0;
  {
    std::lock_guard<std::mutex> lock(library_->lists());
    status = Rescan(*library_);
    if (status >= 0) listed = ReadList(*library_);
  }
  if (status < 0) {
    queue_->PushAndWake({id, status, 0});
  } else {
    outbox_.Deliver(id, 0, devices_.Update(listed));
  }
}

void Context::Configuration(int32_t id, std::shared_ptr<const Device> device, uint8_t index) {
  Post(id, [self = shared_from_this(), id, device = std::move(device), index] {
    self->ConfigurationNow(id, *device, index);
  });
}

void Context::ConfigurationNow(int32_t id, const Device& device, uint8_t index) {
  std::vector<uint8_t> bytes;
  int status = -ENOENT;
  {
    std::lock_guard<std::mutex> lock(library_->lists());
    const auto listed = FindListed(*library_, device);
    if (!listed) status = -ENODEV;
    if (listed) bytes = ReadConfiguration(*library_, *listed, index);
  }
  if (bytes.empty()) {
    queue_->PushAndWake({id, status, 0});
  } else {
    outbox_.Deliver(id, 0, std::move(bytes));
  }
}

void Context::Exit(int32_t id) {
  is_ending_ = true;
  Call(id, [] { return 0; });
}

bool Context::Shutdown(std::chrono::steady_clock::time_point deadline) {
  is_ending_ = true;
  return thread_.Stop(deadline);
}

}  // namespace tsusb::libusb0
