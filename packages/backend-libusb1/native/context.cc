#include "context.h"

#include <chrono>
#include <thread>
#include <utility>

#include "descriptors.h"

namespace tsusb::libusb1 {
namespace {

// Completions that wait together before the JS thread is called for them. Measured: more gains nothing.
constexpr int kWakeAfter = 16;
// For the event thread to come back from libusb when a backend is closed.
constexpr auto kPatience = std::chrono::seconds(5);

}  // namespace

Context::Context(std::shared_ptr<const Library> library, std::shared_ptr<CompletionQueue> queue)
    : library_(std::move(library)), queue_(std::move(queue)), devices_(library_), outbox_(queue_) {}

void Context::Init(int32_t id, int log_level, bool log) {
  Call(id, [self = shared_from_this(), log_level, log] { return self->InitNow(log_level, log); });
}

void Context::Call(int32_t id, std::function<int()> call) {
  thread_.Call(queue_, id, abi::LIBUSB_ERROR_NO_MEM, std::move(call));
}

void Context::Begun(int32_t id, bool posted) {
  queue_->Begin();
  if (!posted) queue_->PushAndWake({id, abi::LIBUSB_ERROR_NO_MEM, 0});
}

int Context::InitNow(int log_level, bool log) {
  int status;
  if (library_->init_context != nullptr) {
    const LogDuringInit during(log ? this : nullptr);
    abi::libusb_init_option options[2] = {};
    int count = 0;
    if (log_level >= 0) {
      options[count].option = abi::LIBUSB_OPTION_LOG_LEVEL;
      options[count++].value.ival = log_level;
    }
    if (log) {
      options[count].option = abi::LIBUSB_OPTION_LOG_CB;
      options[count++].value.log_cbval = &OnLibraryLog;
    }
    status = library_->init_context(&context_, options, count);
  } else {
    status = library_->init(&context_);
    if (status == abi::LIBUSB_SUCCESS && log && library_->set_log_cb != nullptr) {
      library_->set_log_cb(context_, &OnLibraryLog, abi::LIBUSB_LOG_CB_CONTEXT);
    }
    if (status == abi::LIBUSB_SUCCESS && log_level >= 0) {
      if (library_->set_option != nullptr) {
        library_->set_option(context_, abi::LIBUSB_OPTION_LOG_LEVEL, log_level);
      } else if (library_->set_debug != nullptr) {
        library_->set_debug(context_, log_level);
      }
    }
  }
  if (status < 0) {
    context_ = nullptr;
  } else if (log) {
    RouteLog(*library_, context_, this);
    is_logging_ = true;
  }
  return status;
}

void Context::List(int32_t id) {
  Post(id, [self = shared_from_this(), id] {
    Listing listing;
    const int status = self->ListNow(&listing);
    self->outbox_.Deliver(id, status, std::move(listing));
  });
}

int Context::ListNow(Listing* listing) {
  if (context_ == nullptr) return abi::LIBUSB_SUCCESS;
  abi::libusb_device** list = nullptr;
  const intptr_t count = library_->get_device_list(context_, &list);
  if (count < 0) return static_cast<int>(count);
  std::vector<std::shared_ptr<Device>> present;
  for (intptr_t i = 0; i < count; ++i) {
    bool added = false;
    present.push_back(devices_.List(list[i], &added));
    listing->ids.push_back(present.back()->id());
    if (!added) continue;
    DeviceRecord record = DescribeDevice(*library_, *present.back());
    // With a watch, a device is announced before any listing shows it.
    if (watching_) {
      outbox_.Notice(Plugged{std::move(record)});
    } else {
      listing->added.push_back(std::move(record));
    }
  }
  for (const uint32_t id : devices_.UnlistAllBut(present)) {
    if (watching_) outbox_.Notice(Unplugged{id});
  }
  library_->free_device_list(list, 1);
  return abi::LIBUSB_SUCCESS;
}

void Context::Parent(int32_t id, std::shared_ptr<Device> device) {
  Post(id, [self = shared_from_this(), id, device = std::move(device)] {
    const Library& library = *self->library_;
    if (self->context_ == nullptr || library.get_parent == nullptr) {
      self->queue_->PushAndWake({id, abi::LIBUSB_ERROR_NOT_SUPPORTED, 0});
      return;
    }
    abi::libusb_device** list = nullptr;
    // libusb_get_parent is only good between get_device_list and free_device_list.
    const intptr_t count = library.get_device_list(self->context_, &list);
    if (count < 0) {
      self->queue_->PushAndWake({id, static_cast<int>(count), 0});
      return;
    }
    abi::libusb_device* const parent = library.get_parent(device->get());
    if (parent == nullptr) {
      self->queue_->PushAndWake({id, abi::LIBUSB_SUCCESS, 0});
    } else {
      bool added = false;
      const auto known = self->devices_.List(parent, &added);
      self->outbox_.Deliver(id, abi::LIBUSB_SUCCESS, DescribeDevice(library, *known));
    }
    library.free_device_list(list, 1);
  });
}

void Context::Configuration(int32_t id, std::shared_ptr<Device> device, uint8_t index) {
  Post(id, [self = shared_from_this(), id, device = std::move(device), index] {
    abi::libusb_config_descriptor* configuration = nullptr;
    const int status = self->library_->get_config_descriptor(device->get(), index, &configuration);
    if (status < 0 || configuration == nullptr) {
      self->queue_->PushAndWake({id, status < 0 ? status : abi::LIBUSB_ERROR_NOT_FOUND, 0});
      return;
    }
    auto bytes = ConfigurationBytes(*configuration);
    self->library_->free_config_descriptor(configuration);
    self->outbox_.Deliver(id, abi::LIBUSB_SUCCESS, std::move(bytes));
  });
}

void Context::StartWatch(int32_t id) {
  Call(id, [self = shared_from_this()] { return self->StartWatchNow(); });
}

int Context::StartWatchNow() {
  if (context_ == nullptr || library_->hotplug_register_callback == nullptr ||
      library_->hotplug_deregister_callback == nullptr) {
    return abi::LIBUSB_ERROR_NOT_SUPPORTED;
  }
  if (watching_) return abi::LIBUSB_SUCCESS;
  if (!NeedEvents()) return abi::LIBUSB_ERROR_NO_MEM;
  const int events = abi::LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | abi::LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT;
  constexpr int kAny = abi::LIBUSB_HOTPLUG_MATCH_ANY;
  const int status = library_->hotplug_register_callback(context_, events, 0, kAny, kAny, kAny,
                                                         &Context::OnHotplug, this, &watch_handle_);
  if (status < 0) return status;
  // What is here now is no news; what comes from here on is queued behind this job.
  Listing present;
  const int listed = ListNow(&present);
  watching_ = true;
  if (listed < 0) {
    StopWatchNow();
    return listed;
  }
  for (DeviceRecord& record : present.added) outbox_.Notice(Known{std::move(record)});
  return abi::LIBUSB_SUCCESS;
}

void Context::StopWatch(int32_t id) {
  Call(id, [self = shared_from_this()] {
    self->StopWatchNow();
    return abi::LIBUSB_SUCCESS;
  });
}

void Context::StopWatchNow() {
  if (!watching_) return;
  watching_ = false;
  library_->hotplug_deregister_callback(context_, watch_handle_);
}

// Runs on the event thread, with locks of libusb's held: descriptor getters are all that is allowed here.
int TSUSB_LIBUSB_CALL Context::OnHotplug(abi::libusb_context*, abi::libusb_device* device, int event,
                                         void* user_data) {
  auto* const context = static_cast<Context*>(user_data);
  context->thread_.Post([self = context->shared_from_this(), held = context->devices_.Hold(device), event] {
    self->HotplugNow(held, event);
  });
  return 0;
}

void Context::HotplugNow(const std::shared_ptr<Device>& device, int event) {
  // After a listing that was quicker to tell of it, or after the end of the watch, there is nothing to tell.
  if (!watching_ || device->get() == nullptr) return;
  if (event == abi::LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED) {
    bool added = false;
    devices_.List(device->get(), &added);
    if (added) outbox_.Notice(Plugged{DescribeDevice(*library_, *device)});
  } else if (devices_.Unlist(*device)) {
    outbox_.Notice(Unplugged{device->id()});
  }
}

void Context::Exit(int32_t id) {
  is_ending_ = true;
  Call(id, [self = shared_from_this()] {
    self->ExitNow(std::chrono::steady_clock::now() + kPatience);
    return abi::LIBUSB_SUCCESS;
  });
}

void Context::ExitNow(std::chrono::steady_clock::time_point deadline) {
  if (context_ == nullptr) return;
  StopWatchNow();
  {
    std::lock_guard<std::mutex> lock(events_mutex_);
    if (events_ != nullptr && !events_->Stop(deadline)) {
      // It hangs in libusb and will use the context again: leave both alive.
      new std::shared_ptr<Context>(shared_from_this());
      is_left_behind_ = true;
      context_ = nullptr;
      return;
    }
  }
  devices_.ReleaseAll();
  library_->exit(context_);
  if (is_logging_) UnrouteLog(*library_, context_, this);
  context_ = nullptr;
}

bool Context::NeedEvents() {
  std::lock_guard<std::mutex> lock(events_mutex_);
  // Without USB there is no context, and nothing that would be waited for.
  if (events_ != nullptr || context_ == nullptr) return true;
  // Plain pointer: the thread is stopped before the context goes.
  events_ = EventThread::Start(library_, context_, [this] {
    if (unwoken_.exchange(0) > 0) queue_->Wake();
    return deadlines_.EndOverdue();
  });
  return events_ != nullptr;
}

unsigned int Context::LimitTime(Slot& slot, unsigned int timeout_ms) {
  if (timeout_ms == 0 || !Deadlines::Serves(*library_)) return timeout_ms;
  if (deadlines_.Add(slot, std::chrono::milliseconds(timeout_ms))) {
    library_->interrupt_event_handler(context_);
  }
  return 0;
}

void Context::TransferEnded(const Completion& completion, bool last) {
  queue_->Push(completion);
  --in_flight_;
  // On a foreign thread nobody would wake for the rest of the batch.
  if (last || ++unwoken_ >= kWakeAfter || !events_->IsCurrent()) {
    unwoken_ = 0;
    queue_->Wake();
    // Where both threads share a processor, JS would wait behind a poll and a reap that find nothing.
    // Measured there: 20 instead of 14 microseconds for a bulk transfer. Elsewhere it is one cheap call.
    if (last) std::this_thread::yield();
  }
}

void Context::OnLog(int level, const char* text) { outbox_.Notice(LogLine{level, text}); }

void Context::Tell(const Completion& completion) {
  queue_->Push(completion);
  // The event thread wakes JS when libusb has nothing more.
  if (events_->IsCurrent()) {
    ++unwoken_;
  } else {
    queue_->Wake();
  }
}

bool Context::Shutdown(std::chrono::steady_clock::time_point deadline) {
  is_ending_ = true;
  return thread_.Stop(deadline, [self = shared_from_this(), deadline] { self->ExitNow(deadline); }) &&
         !is_left_behind_;
}

}  // namespace tsusb::libusb1
