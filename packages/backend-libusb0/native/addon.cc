#include "addon.h"

#include <utility>

#include "tsusb/pin_module.h"

namespace tsusb::libusb0 {
namespace {

// Cancels, waits, closes. False if something hangs in the C library.
bool EndEverything(Addon& addon) {
  const auto deadline = std::chrono::steady_clock::now() + Addon::kPatience;
  // All at once, then one after another.
  for (const auto& [id, handle] : addon.handles.all()) handle->BeginClose();
  bool clean = true;
  for (const auto& [id, handle] : addon.handles.all()) clean = handle->Shutdown(deadline) && clean;
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
    slots.Clear();
    contexts.Clear();
    libraries.Clear();
  } else {
    PinModule(reinterpret_cast<const void*>(&EndEverything));
    new auto(std::pair(std::move(handles), std::pair(std::move(contexts), std::move(slots))));
  }

  queues.CloseAll(std::move(done));
}

}  // namespace tsusb::libusb0

static Napi::Object Init(Napi::Env env, Napi::Object object) {
  using namespace tsusb::libusb0;
  tsusb::Exports exports(object, &tsusb::AttachToEnvironment<Addon>(env));
  ExportLibrary(exports);
  ExportContext(exports);
  ExportHandle(exports);
  ExportTransfer(exports);
  return object;
}
NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)
