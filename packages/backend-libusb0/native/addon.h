#ifndef TSUSB_LIBUSB0_ADDON_H_
#define TSUSB_LIBUSB0_ADDON_H_

#include <napi.h>

#include <chrono>
#include <cstdint>
#include <functional>

#include "context.h"
#include "handle.h"
#include "library.h"
#include "transfer.h"
#include "tsusb/arguments.h"
#include "tsusb/environment.h"
#include "tsusb/exports.h"
#include "tsusb/handle_table.h"
#include "tsusb/jobs.h"
#include "tsusb/queue_list.h"

namespace tsusb::libusb0 {

// For transfers to come back after their cancellation, and for calls that hang, where JS cannot wait.
constexpr auto kPatience = std::chrono::seconds(2);

// Everything of one environment. Objects are known to JS by number; a wrong number is an exception.
struct Addon {
  explicit Addon(Napi::Env) {}

  HandleTable<Library> libraries;
  HandleTable<Context> contexts;
  HandleTable<Handle> handles;
  HandleTable<Slot> slots;
  QueueList queues;

  void Teardown(std::function<void()> done);
};

// What these numbers stand for. They throw a RangeError if that is nothing.
Library& LibraryAt(const Napi::CallbackInfo& info, int64_t id);
Context& ContextAt(const Napi::CallbackInfo& info, int64_t id);
Handle& HandleAt(const Napi::CallbackInfo& info, int64_t id);
Slot& SlotAt(const Napi::CallbackInfo& info, int64_t id);
// As ContextAt(), and it throws if its end has begun.
Context& UsableContextAt(const Napi::CallbackInfo& info, int64_t id);

// Ends an operation that could not begin like any other: through the queue.
void Refuse(const Context& context, int64_t job, int status);

// What JS calls, by what it works on: one file each.
void ExportLibrary(Exports& exports);
void ExportContext(Exports& exports);
void ExportHandle(Exports& exports);
void ExportTransfer(Exports& exports);

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_ADDON_H_
