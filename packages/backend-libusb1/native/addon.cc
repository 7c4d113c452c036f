#include <napi.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "context.h"
#include "convert.h"
#include "handle.h"
#include "library.h"
#include "transfer.h"
#include "tsusb/arguments.h"
#include "tsusb/completion_queue.h"
#include "tsusb/environment.h"
#include "tsusb/handle_table.h"

namespace tsusb::libusb1 {
namespace {

// At the end of an environment: for transfers to come back after their cancellation, and for calls that hang.
constexpr auto kTeardownPatience = std::chrono::seconds(2);

// Everything of one environment. Objects are known to JS by number; a wrong number is an exception.
struct Addon {
  explicit Addon(Napi::Env) {}

  HandleTable<Library> libraries;
  HandleTable<Context> contexts;
  HandleTable<Handle> handles;
  HandleTable<Slot> slots;

  void Teardown(std::function<void()> done);
};

Addon& Of(const Napi::CallbackInfo& info) { return AddonOf<Addon>(info); }

template <typename T>
T& Known(const Napi::CallbackInfo& info, const HandleTable<T>& table, int64_t id, const char* what) {
  T* const object = table.Find(id);
  if (object == nullptr) {
    throw Napi::RangeError::New(info.Env(), std::string(what) + " " + std::to_string(id) + " does not exist");
  }
  return *object;
}

Context& ContextAt(const Napi::CallbackInfo& info, int64_t id) {
  return Known(info, Of(info).contexts, id, "context");
}
Handle& HandleAt(const Napi::CallbackInfo& info, int64_t id) {
  return Known(info, Of(info).handles, id, "handle");
}
Slot& SlotAt(const Napi::CallbackInfo& info, int64_t id) { return Known(info, Of(info).slots, id, "slot"); }

// Operations that are not transfers: JS counts them from 2 and finds them in completions as negative numbers.
constexpr Integer kJob{"job", 2};
int32_t JobId(int64_t job) { return static_cast<int32_t>(-job); }

// --- libraries -------------------------------------------------------------------------------------------

// openLibrary(path: string): number. Throws the loader's own words.
Napi::Value OpenLibrary(const Napi::CallbackInfo& info) {
  const auto [path] = ReadArguments(info, Text{"path"});
  std::string error;
  auto library = SharedLibrary::Open(path, &error);
  if (!library) throw Napi::Error::New(info.Env(), error);
  const uint32_t id = Of(info).libraries.Add(std::make_shared<Library>(std::move(*library)));
  return Napi::Number::New(info.Env(), id);
}

// libraryPath(library: number): string
Napi::Value LibraryPath(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  return Napi::String::New(info.Env(), Known(info, Of(info).libraries, id, "library").path());
}

// hasSymbol(library: number, name: string): boolean
Napi::Value HasSymbol(const Napi::CallbackInfo& info) {
  const auto [id, name] = ReadArguments(info, Integer{"library"}, Text{"name"});
  return Napi::Boolean::New(info.Env(), Known(info, Of(info).libraries, id, "library").Has(name.c_str()));
}

// missingSymbols(library: number): string[]
Napi::Value MissingSymbols(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  const std::vector<std::string>& missing = Known(info, Of(info).libraries, id, "library").missing();
  auto names = Napi::Array::New(info.Env(), missing.size());
  for (uint32_t i = 0; i < missing.size(); ++i) names[i] = missing[i];
  return names;
}

// libraryVersion(library: number): string
Napi::Value LibraryVersion(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  const Library& library = Known(info, Of(info).libraries, id, "library");
  const abi::libusb_version* const version = library.get_version != nullptr ? library.get_version() : nullptr;
  if (version == nullptr) return info.Env().Undefined();
  std::string text = std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
                     std::to_string(version->micro) + "." + std::to_string(version->nano);
  if (version->rc != nullptr) text += version->rc;
  return Napi::String::New(info.Env(), text);
}

// hasCapability(library: number, capability: number): boolean
Napi::Value HasCapability(const Napi::CallbackInfo& info) {
  const auto [id, capability] = ReadArguments(info, Integer{"library"}, Integer{"capability"});
  const Library& library = Known(info, Of(info).libraries, id, "library");
  return Napi::Boolean::New(info.Env(), library.has_capability != nullptr &&
                                            library.has_capability(static_cast<uint32_t>(capability)) != 0);
}

// closeLibrary(library: number): void. Contexts that use it keep it loaded.
void CloseLibrary(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"library"});
  Of(info).libraries.Remove(id);
}

// --- contexts --------------------------------------------------------------------------------------------

// createContext(library: number, dispatcher: (count: number) => void): [context: number, triples: Int32Array]
Napi::Value CreateContext(const Napi::CallbackInfo& info) {
  const auto [id, dispatcher] = ReadArguments(info, Integer{"library"}, Callback{"dispatcher"});
  const auto library = Of(info).libraries.Share(id);
  if (library == nullptr || !library->missing().empty()) {
    throw Napi::RangeError::New(info.Env(), "library " + std::to_string(id) + " is no libusb 1.0");
  }
  auto queue = std::make_shared<CompletionQueue>(info.Env(), dispatcher);
  auto result = Napi::Array::New(info.Env(), 2);
  result[1u] = queue->triples();
  result[0u] = Of(info).contexts.Add(std::make_shared<Context>(library, std::move(queue)));
  return result;
}

// initContext(context: number, job: number, logLevel: number, log: boolean): void
void InitContext(const Napi::CallbackInfo& info) {
  const auto [id, job, level, log] =
      ReadArguments(info, Integer{"context"}, kJob, Integer{"logLevel", -1, 4}, Boolean{"log"});
  Context& context = ContextAt(info, id);
  context.queue()->Begin();
  context.Init(JobId(job), static_cast<int>(level), log);
}

// listDevices(context: number, job: number): void
void ListDevices(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = ContextAt(info, id);
  context.queue()->Begin();
  context.List(JobId(job));
}

// startWatch(context: number, job: number): void
void StartWatch(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = ContextAt(info, id);
  context.queue()->Begin();
  context.StartWatch(JobId(job));
}

// stopWatch(context: number, job: number): void
void StopWatch(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = ContextAt(info, id);
  context.queue()->Begin();
  context.StopWatch(JobId(job));
}

// Ends an operation that could not begin, like any other: through the queue.
void Refuse(const Context& context, int64_t job, int status) {
  context.queue()->PushAndWake({JobId(job), status, 0});
}

// parentOf(context: number, job: number, device: number): void
void ParentOf(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id] = ReadArguments(info, Integer{"context"}, kJob, Integer{"device"});
  Context& context = ContextAt(info, id);
  auto device = context.devices().Find(device_id);
  context.queue()->Begin();
  if (device == nullptr) return Refuse(context, job, abi::LIBUSB_ERROR_NO_DEVICE);
  context.Parent(JobId(job), std::move(device));
}

// configurationOf(context: number, job: number, device: number, index: number): void
void ConfigurationOf(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id, index] =
      ReadArguments(info, Integer{"context"}, kJob, Integer{"device"}, Integer{"index", 0, 0xff});
  Context& context = ContextAt(info, id);
  auto device = context.devices().Find(device_id);
  context.queue()->Begin();
  if (device == nullptr) return Refuse(context, job, abi::LIBUSB_ERROR_NO_DEVICE);
  context.Configuration(JobId(job), std::move(device), static_cast<uint8_t>(index));
}

// takeResult(context: number, job: number): NativeListing | NativeDevice | Uint8Array | undefined
Napi::Value TakeResult(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  const auto result = ContextAt(info, id).TakeResult(JobId(job));
  return result.empty() ? info.Env().Undefined() : ToJs(info.Env(), result.front());
}

// takeEvents(context: number): NativeEvent[]
Napi::Value TakeEvents(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"context"});
  const auto events = ContextAt(info, id).TakeEvents();
  auto array = Napi::Array::New(info.Env(), events.size());
  for (uint32_t i = 0; i < events.size(); ++i) array[i] = ToJs(info.Env(), events[i]);
  return array;
}

// exitContext(context: number, job: number): void. Every handle must be closed, every slot be freed.
void ExitContext(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"context"}, kJob);
  Context& context = ContextAt(info, id);
  context.queue()->Begin();
  context.Exit(JobId(job));
}

// freeContext(context: number): void. After exitContext.
void FreeContext(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"context"});
  Context& context = ContextAt(info, id);
  context.Shutdown(std::chrono::steady_clock::now() + kTeardownPatience);
  context.queue()->Close();
  Of(info).contexts.Remove(id);
}

// --- handles ---------------------------------------------------------------------------------------------

// openDevice(context: number, job: number, device: number, autoDetach: boolean): handle
Napi::Value OpenDevice(const Napi::CallbackInfo& info) {
  const auto [id, job, device_id, auto_detach] =
      ReadArguments(info, Integer{"context"}, kJob, Integer{"device"}, Boolean{"autoDetach"});
  Context& context = ContextAt(info, id);
  auto device = context.devices().Find(device_id);
  auto handle = std::make_shared<Handle>(context.shared_from_this());
  const uint32_t handle_id = Of(info).handles.Add(handle);
  context.queue()->Begin();
  if (device == nullptr) {
    Refuse(context, job, abi::LIBUSB_ERROR_NO_DEVICE);
  } else {
    context.NeedEvents();
    handle->Open(JobId(job), std::move(device), auto_detach);
  }
  return Napi::Number::New(info.Env(), handle_id);
}

// wrapSysDevice(context: number, job: number, fd: number): handle
Napi::Value WrapSysDevice(const Napi::CallbackInfo& info) {
  const auto [id, job, fd] = ReadArguments(info, Integer{"context"}, kJob, Integer{"fd"});
  Context& context = ContextAt(info, id);
  auto handle = std::make_shared<Handle>(context.shared_from_this());
  const uint32_t handle_id = Of(info).handles.Add(handle);
  context.queue()->Begin();
  context.NeedEvents();
  handle->Wrap(JobId(job), fd);
  return Napi::Number::New(info.Env(), handle_id);
}

// Begins the operation of a call on the handle's thread.
Handle& Begin(const Napi::CallbackInfo& info, int64_t handle_id) {
  Handle& handle = HandleAt(info, handle_id);
  handle.context().queue()->Begin();
  return handle;
}

// getConfiguration(handle: number, job: number): void. The operation's status is the value.
void GetConfiguration(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  Begin(info, id).Call(JobId(job), [](const Library& library, abi::libusb_device_handle* handle) {
    int value = 0;
    const int status = library.get_configuration(handle, &value);
    return status < 0 ? status : value;
  });
}

// setConfiguration(handle: number, job: number, value: number): void. -1 unconfigures.
void SetConfiguration(const Napi::CallbackInfo& info) {
  const auto [id, job, value] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"value", -1, 0xff});
  Begin(info, id).Call(JobId(job), [value = static_cast<int>(value)](const auto& library, auto* handle) {
    return library.set_configuration(handle, value);
  });
}

// claimInterface(handle: number, job: number, number: number): void
void ClaimInterface(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  Begin(info, id).Claim(JobId(job), static_cast<int>(number));
}

// releaseInterface(handle: number, job: number, number: number): void
void ReleaseInterface(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  Begin(info, id).Release(JobId(job), static_cast<int>(number));
}

// setInterfaceAltSetting(handle: number, job: number, number: number, setting: number): void
void SetInterfaceAltSetting(const Napi::CallbackInfo& info) {
  const auto [id, job, number, setting] =
      ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff}, Integer{"setting", 0, 0xff});
  Begin(info, id).SetAltSetting(JobId(job), static_cast<int>(number), static_cast<int>(setting));
}

// clearHalt(handle: number, job: number, endpoint: number): void
void ClearHalt(const Napi::CallbackInfo& info) {
  const auto [id, job, endpoint] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"endpoint", 0, 0xff});
  Begin(info, id).Call(JobId(job),
                       [endpoint = static_cast<unsigned char>(endpoint)](const auto& library, auto* handle) {
                         return library.clear_halt(handle, endpoint);
                       });
}

// resetDevice(handle: number, job: number): void
void ResetDevice(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  Begin(info, id).Call(JobId(job), [](const Library& library, abi::libusb_device_handle* handle) {
    return library.reset_device(handle);
  });
}

// One of the three calls that take a handle and an interface's number.
template <int (TSUSB_LIBUSB_CALL* abi::RequiredFunctions::*function)(abi::libusb_device_handle*, int)>
void KernelDriver(const Napi::CallbackInfo& info) {
  const auto [id, job, number] = ReadArguments(info, Integer{"handle"}, kJob, Integer{"number", 0, 0xff});
  Begin(info, id).Call(JobId(job), [number = static_cast<int>(number)](const Library& library, auto* handle) {
    return (library.*function)(handle, number);
  });
}

// beginClose(handle: number): void. Nothing is submitted on it any more; what is in flight is the caller's to
// cancel and to wait for.
void BeginClose(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"handle"});
  HandleAt(info, id).BeginClose();
}

// closeHandle(handle: number, job: number): void
void CloseHandle(const Napi::CallbackInfo& info) {
  const auto [id, job] = ReadArguments(info, Integer{"handle"}, kJob);
  Begin(info, id).Close(JobId(job));
}

// freeHandle(handle: number): void. After closeHandle, or after openDevice failed.
void FreeHandle(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"handle"});
  const auto handle = Of(info).handles.Share(id);
  if (handle == nullptr) return;
  // Its last job has ended, but for a few instructions.
  handle->StopThread(std::chrono::steady_clock::now() + kTeardownPatience);
  Of(info).handles.Remove(id);
}

// --- transfers -------------------------------------------------------------------------------------------

// createSlot(context: number, capacity: number, packets: number):
//   [slot: number, bytes: Uint8Array, packets: Int32Array] | undefined, if there is no memory
Napi::Value CreateSlot(const Napi::CallbackInfo& info) {
  const auto [id, capacity, packets] =
      ReadArguments(info, Integer{"context"}, Integer{"capacity", 1}, Integer{"packets", 0, 1 << 20});
  auto slot = std::make_shared<Slot>(ContextAt(info, id).library(), static_cast<uint32_t>(capacity),
                                     static_cast<int>(packets));
  if (!slot->ok()) return info.Env().Undefined();
  const Napi::Array views = slot->MakeViews(info.Env());
  auto result = Napi::Array::New(info.Env(), 3);
  slot->id = Of(info).slots.Add(slot);
  result[0u] = slot->id;
  result[1u] = views.Get(0u);
  result[2u] = views.Get(1u);
  return result;
}

// freeSlot(slot: number): void
void FreeSlot(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"slot"});
  // One that libusb never gave back is lost for good.
  if (SlotAt(info, id).in_flight) new std::shared_ptr<Slot>(Of(info).slots.Share(id));
  Of(info).slots.Remove(id);
}

// submit(handle, slot, endpoint, type, length, timeout, flags, packets: number): number
Napi::Value Submit(const Napi::CallbackInfo& info) {
  const auto [handle_id, slot_id, endpoint, type, length, timeout, flags, packets] = ReadArguments(
      info, Integer{"handle"}, Integer{"slot"}, Integer{"endpoint", 0, 0xff}, Integer{"type", 0, 4},
      Integer{"length"}, Integer{"timeout", 0, 4294967295.0}, Integer{"flags", 0, 0xff}, Integer{"packets"});
  Slot& slot = SlotAt(info, slot_id);
  if (slot.in_flight || length > slot.capacity() || packets > slot.packets()) {
    throw Napi::RangeError::New(info.Env(), "slot " + std::to_string(slot_id) + " is in use or too small");
  }
  const int status = HandleAt(info, handle_id)
                         .Submit(slot, {static_cast<uint8_t>(endpoint), static_cast<uint8_t>(type),
                                        static_cast<uint8_t>(flags), static_cast<int>(packets),
                                        static_cast<int>(length), static_cast<unsigned int>(timeout)});
  return Napi::Number::New(info.Env(), status);
}

// cancel(slot: number): number
Napi::Value Cancel(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"slot"});
  Slot& slot = SlotAt(info, id);
  // Not in flight any more: its completion is on the way to JS.
  if (!slot.in_flight) return Napi::Number::New(info.Env(), abi::LIBUSB_ERROR_NOT_FOUND);
  return Napi::Number::New(info.Env(), slot.handle->context().library()->cancel_transfer(slot.transfer()));
}

// --- the end ---------------------------------------------------------------------------------------------

void CancelAll(const Addon& addon) {
  for (const auto& [id, slot] : addon.slots.all()) {
    if (slot->in_flight) slot->handle->context().library()->cancel_transfer(slot->transfer());
  }
}

bool AnyInFlight(const Addon& addon) {
  for (const auto& [id, context] : addon.contexts.all()) {
    if (context->transfers_in_flight() > 0) return true;
  }
  return false;
}

// Cancel, wait, join, close, exit; then libuv's handles. What hangs in the C library is left behind, with
// all that it may still touch.
void Addon::Teardown(std::function<void()> done) {
  const auto deadline = std::chrono::steady_clock::now() + kTeardownPatience;
  for (const auto& [id, handle] : handles.all()) handle->BeginClose();
  CancelAll(*this);
  while (AnyInFlight(*this) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  bool clean = !AnyInFlight(*this);
  for (const auto& [id, handle] : handles.all()) {
    if (!handle->StopThread(deadline)) {
      clean = false;
    } else {
      handle->CloseNow();
    }
  }
  if (clean) {
    // Before the contexts: since 1.0.27 a transfer holds a reference to its last device.
    slots.Clear();
    for (const auto& [id, context] : contexts.all()) clean = context->Shutdown(deadline) && clean;
  }

  auto queues = std::make_shared<std::vector<std::shared_ptr<CompletionQueue>>>();
  for (const auto& [id, context] : contexts.all()) queues->push_back(context->queue());
  if (clean) {
    handles.Clear();
    contexts.Clear();
    libraries.Clear();
  } else {
    PinModule(reinterpret_cast<const void*>(&CancelAll));
    new Addon(std::move(*this));
  }

  if (queues->empty()) return done();
  auto left = std::make_shared<size_t>(queues->size());
  for (const auto& queue : *queues) {
    queue->Close([queues, left, done] {
      if (--*left == 0) done();
    });
  }
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  Addon& addon = AttachToEnvironment<Addon>(env);
  const auto add = [&](const char* name, auto function) {
    exports.Set(name, Napi::Function::New(env, function, name, &addon));
  };
  add("openLibrary", &OpenLibrary);
  add("libraryPath", &LibraryPath);
  add("hasSymbol", &HasSymbol);
  add("missingSymbols", &MissingSymbols);
  add("libraryVersion", &LibraryVersion);
  add("hasCapability", &HasCapability);
  add("closeLibrary", &CloseLibrary);
  add("createContext", &CreateContext);
  add("initContext", &InitContext);
  add("listDevices", &ListDevices);
  add("startWatch", &StartWatch);
  add("stopWatch", &StopWatch);
  add("parentOf", &ParentOf);
  add("configurationOf", &ConfigurationOf);
  add("takeResult", &TakeResult);
  add("takeEvents", &TakeEvents);
  add("exitContext", &ExitContext);
  add("freeContext", &FreeContext);
  add("openDevice", &OpenDevice);
  add("wrapSysDevice", &WrapSysDevice);
  add("getConfiguration", &GetConfiguration);
  add("setConfiguration", &SetConfiguration);
  add("claimInterface", &ClaimInterface);
  add("releaseInterface", &ReleaseInterface);
  add("setInterfaceAltSetting", &SetInterfaceAltSetting);
  add("clearHalt", &ClearHalt);
  add("resetDevice", &ResetDevice);
  add("kernelDriverActive", &KernelDriver<&abi::RequiredFunctions::kernel_driver_active>);
  add("detachKernelDriver", &KernelDriver<&abi::RequiredFunctions::detach_kernel_driver>);
  add("attachKernelDriver", &KernelDriver<&abi::RequiredFunctions::attach_kernel_driver>);
  add("beginClose", &BeginClose);
  add("closeHandle", &CloseHandle);
  add("freeHandle", &FreeHandle);
  add("createSlot", &CreateSlot);
  add("freeSlot", &FreeSlot);
  add("submit", &Submit);
  add("cancel", &Cancel);
  return exports;
}

}  // namespace
}  // namespace tsusb::libusb1

static Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  return tsusb::libusb1::Init(env, exports);
}
NODE_API_MODULE(NODE_GYP_MODULE_NAME, InitAddon)
