#ifndef TSUSB_LIBUSB1_ADDON_H_
#define TSUSB_LIBUSB1_ADDON_H_

#include <napi.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "context.h"
#include "handle.h"
#include "library.h"
#include "transfer.h"
#include "tsusb/arguments.h"
#include "tsusb/completion_queue.h"
#include "tsusb/environment.h"
#include "tsusb/exports.h"
#include "tsusb/handle_table.h"

namespace tsusb::libusb1 {

// For transfers to come back after their cancellation, and for calls that hang, where JS cannot wait.
constexpr auto kPatience = std::chrono::seconds(2);

// Everything of one environment. Objects are known to JS by number; a wrong number is an exception.
struct Addon {
  explicit Addon(Napi::Env) {}

  HandleTable<Library> libraries;
  HandleTable<Context> contexts;
  HandleTable<Handle> handles;
  HandleTable<Slot> slots;
  // Those of the contexts, and those that libuv has not let go yet.
  std::vector<std::shared_ptr<CompletionQueue>> queues;

  void CloseQueue(const std::shared_ptr<CompletionQueue>& queue);
  void Teardown(std::function<void()> done);
};

// What these numbers stand for. They throw a RangeError if that is nothing.
Library& LibraryAt(const Napi::CallbackInfo& info, int64_t id);
Context& ContextAt(const Napi::CallbackInfo& info, int64_t id);
Handle& HandleAt(const Napi::CallbackInfo& info, int64_t id);
Slot& SlotAt(const Napi::CallbackInfo& info, int64_t id);
// As ContextAt(), and it throws if its end has begun.
Context& UsableContextAt(const Napi::CallbackInfo& info, int64_t id);

// Operations that are not transfers: JS counts them from 2 and finds them in completions as negative numbers.
constexpr Integer kJob{"job", 2};
inline int32_t JobId(int64_t job) { return static_cast<int32_t>(-job); }

// Ends an operation that could not begin like any other: through the queue.
void Refuse(const Context& context, int64_t job, int status);

// What JS calls, by what it works on: one file each.
void ExportLibrary(Exports& exports);
void ExportContext(Exports& exports);
void ExportHandle(Exports& exports);
void ExportTransfer(Exports& exports);

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_ADDON_H_
