#include "addon.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "tsusb/pin_module.h"

namespace tsusb::openusb {
namespace {

void CancelAll(const Addon& addon) {
  for (const auto& [id, handle] : addon.handles.all()) handle->CancelAll();
}

bool AnyInFlight(const Addon& addon) {
  for (const auto& [id, handle] : addon.handles.all()) {
    if (handle->transfers_in_flight() > 0) return true;
  }
  return false;
}

// Cancels, waits, closes, exits. False if something hangs in the C library.
bool EndEverything(Addon& addon) {
  const auto deadline = std::chrono::steady_clock::now() + Addon::kPatience;
  for (const auto& [id, handle] : addon.handles.all()) handle->BeginClose();
  CancelAll(addon);
  while (AnyInFlight(addon) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  bool clean = !AnyInFlight(addon);
  for (const auto& [id, handle] : addon.handles.all()) clean = handle->Shutdown(deadline) && clean;
  if (!clean) return false;
  addon.slots.Clear();
  for (const auto& [id, context] : addon.contexts.all()) clean = context->Shutdown(deadline) && clean;
  return clean;
}

}  // namespace

Context& UsableContextAt(const Napi::CallbackInfo& info, int64_t id) {
  return ContextExports<Addon, Context>::UsableAt(info, id);
}

Handle& HandleAt(const Napi::CallbackInfo& info, int64_t id) {
  return HandleExports<Addon, Handle>::At(info, id);
}

Slot& SlotAt(const Napi::CallbackInfo& info, int64_t id) {
  return Require(info, AddonOf<Addon>(info).slots, id, "slot");
}

void Addon::SweepSlots() {
  freed_slots.erase(std::remove_if(freed_slots.begin(), freed_slots.end(),
                                   [](const auto& slot) { return slot.use_count() == 1; }),
                    freed_slots.end());
}

// What hangs in the C library is left behind, with all that it may still touch.
void Addon::Teardown(std::function<void()> done) {
  const bool clean = EndEverything(*this);
  if (clean) {
    handles.Clear();
    contexts.Clear();
    libraries.Clear();
    freed_slots.clear();
  } else {
    PinModule(reinterpret_cast<const void*>(&CancelAll));
    new auto(std::pair(std::move(handles),
                       std::pair(std::move(contexts), std::pair(std::move(slots), std::move(freed_slots)))));
  }

  queues.CloseAll(std::move(done));
}

}  // namespace tsusb::openusb

static Napi::Object Init(Napi::Env env, Napi::Object object) {
  using namespace tsusb::openusb;
  tsusb::Exports exports(object, &tsusb::AttachToEnvironment<Addon>(env));
  ExportLibrary(exports);
  ExportContext(exports);
  ExportHandle(exports);
  ExportTransfer(exports);
  return object;
}
NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)
