#ifndef TSUSB_OPENUSB_ADDON_H_
#define TSUSB_OPENUSB_ADDON_H_

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
#include "tsusb/context_exports.h"
#include "tsusb/environment.h"
#include "tsusb/exports.h"
#include "tsusb/handle_exports.h"
#include "tsusb/handle_table.h"
#include "tsusb/jobs.h"
#include "tsusb/pages.h"
#include "tsusb/queue_list.h"

namespace tsusb::openusb {

// Everything of one environment. Objects are known to JS by number; a wrong number is an exception.
struct Addon {
  explicit Addon(Napi::Env) {}

  // For transfers to come back after their cancellation, and for calls that hang, where JS cannot wait.
  static constexpr auto kPatience = std::chrono::seconds(2);
  // For what is left of a handle when its end has been heard of.
  static constexpr auto kHandlePatience = kPatience;

  HandleTable<Library> libraries;
  HandleTable<Context> contexts;
  HandleTable<Handle> handles;
  HandleTable<Slot> slots;
  // Where the memory of transfers comes from.
  const std::shared_ptr<Pages> pages = std::make_shared<Pages>();
  // Slots that JS does not need any more and another thread may still hold.
  std::vector<std::shared_ptr<Slot>> freed_slots;
  QueueList queues;

  // Frees those of `freed_slots` that nobody holds: what belongs to JS must not be freed on another thread.
  void SweepSlots();
  void Teardown(std::function<void()> done);
};

// What these numbers stand for. They throw a RangeError if that is nothing.
Handle& HandleAt(const Napi::CallbackInfo& info, int64_t id);
Slot& SlotAt(const Napi::CallbackInfo& info, int64_t id);
// It also throws if the context's end has begun.
Context& UsableContextAt(const Napi::CallbackInfo& info, int64_t id);

// What JS calls, by what it works on: one file each.
void ExportLibrary(Exports& exports);
void ExportContext(Exports& exports);
void ExportHandle(Exports& exports);
void ExportTransfer(Exports& exports);

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_ADDON_H_
