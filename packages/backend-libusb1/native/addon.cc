#include "addon.h"

#include <thread>
#include <tuple>
#include <utility>

#include "tsusb/pin_module.h"

namespace tsusb::libusb1 {
namespace {

void CancelAll(const Addon& addon) {
  for (const auto& [id, slot] : addon.slots.all()) {
    if (slot->state == Slot::State::kInFlight) slot->library()->cancel_transfer(slot->transfer());
  }
  for (const auto& [id, stream] : addon.streams.all()) stream->Stop();
}

bool AnyInFlight(const Addon& addon) {
  for (const auto& [id, context] : addon.contexts.all()) {
    if (context->transfers_in_flight() > 0) return true;
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
  // Before the contexts: since 1.0.27 a transfer holds a reference to its last device.
  addon.slots.Clear();
  addon.streams.Clear();
  for (const auto& [id, context] : addon.contexts.all()) clean = context->Shutdown(deadline) && clean;
  return clean;
}

}  // namespace

Library& LibraryAt(const Napi::CallbackInfo& info, int64_t id) {
  return Require(info, AddonOf<Addon>(info).libraries, id, "library");
}

Context& UsableContextAt(const Napi::CallbackInfo& info, int64_t id) {
  return ContextExports<Addon, Context>::UsableAt(info, id);
}

Handle& HandleAt(const Napi::CallbackInfo& info, int64_t id) {
  return HandleExports<Addon, Handle>::At(info, id);
}

Slot& SlotAt(const Napi::CallbackInfo& info, int64_t id) {
  return Require(info, AddonOf<Addon>(info).slots, id, "slot");
}

// What hangs in the C library is left behind, with all that it may still touch.
void Addon::Teardown(std::function<void()> done) {
  const bool clean = EndEverything(*this);
  if (clean) {
    handles.Clear();
    contexts.Clear();
    libraries.Clear();
  } else {
    PinModule(reinterpret_cast<const void*>(&CancelAll));
    new auto(std::make_tuple(std::move(handles), std::move(contexts), std::move(slots), std::move(streams)));
  }

  queues.CloseAll(std::move(done));
}

}  // namespace tsusb::libusb1

static Napi::Object Init(Napi::Env env, Napi::Object object) {
  using namespace tsusb::libusb1;
  tsusb::Exports exports(object, &tsusb::AttachToEnvironment<Addon>(env));
  ExportLibrary(exports);
  ExportContext(exports);
  ExportHandle(exports);
  ExportTransfer(exports);
  ExportStream(exports);
  return object;
}
NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)
