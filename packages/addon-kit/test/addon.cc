// An addon over everything of the kit, for kit.test.ts.
#include <napi.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tsusb/arguments.h"
#include "tsusb/blocking_thread.h"
#include "tsusb/completion_queue.h"
#include "tsusb/environment.h"
#include "tsusb/exports.h"
#include "tsusb/handle_table.h"
#include "tsusb/pages.h"

namespace {

using tsusb::AddonOf;
using tsusb::ReadArguments;

// Something that jobs wait for until JS opens it.
struct Gate {
  void Open() {
    std::lock_guard<std::mutex> lock(mutex);
    is_open = true;
    changed.notify_all();
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return is_open; });
  }
  std::mutex mutex;
  std::condition_variable changed;
  bool is_open = false;
};

struct Addon {
  explicit Addon(Napi::Env) {}
  void Teardown(std::function<void()> done) {
    thread->Stop(std::chrono::steady_clock::now() + std::chrono::milliseconds(50));
    if (queue == nullptr) return done();
    queue->Close([queue = queue, done] { done(); });
  }

  std::shared_ptr<tsusb::CompletionQueue> queue;
  std::unique_ptr<tsusb::BlockingThread> thread = std::make_unique<tsusb::BlockingThread>();
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  tsusb::HandleTable<std::string> texts;
  tsusb::HandleTable<uint8_t> blocks;
  std::shared_ptr<tsusb::Pages> pages = std::make_shared<tsusb::Pages>();
};

// read(integer, boolean, text, callback, bytes): [integer, boolean, text, byteLength]
Napi::Value Read(const Napi::CallbackInfo& info) {
  const auto [integer, boolean, text, callback, bytes] =
      ReadArguments(info, tsusb::Integer{"integer", -1, 255}, tsusb::Boolean{"boolean"}, tsusb::Text{"text"},
                    tsusb::Callback{"callback"}, tsusb::Bytes{"bytes"});
  auto result = Napi::Array::New(info.Env(), 4);
  result[0u] = static_cast<double>(integer);
  result[1u] = boolean;
  result[2u] = text;
  result[3u] = static_cast<double>(bytes.second);
  return result;
}

// fail(): throws what is not of Node-API
void Fail(const Napi::CallbackInfo&) { throw std::runtime_error("out of something"); }

// keep(text): number
Napi::Value Keep(const Napi::CallbackInfo& info) {
  const auto [text] = ReadArguments(info, tsusb::Text{"text"});
  return Napi::Number::New(info.Env(), AddonOf<Addon>(info).texts.Add(std::make_shared<std::string>(text)));
}

// find(id): string | undefined
Napi::Value Find(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, tsusb::Integer{"id"});
  const std::string* const text = AddonOf<Addon>(info).texts.Find(id);
  return text == nullptr ? info.Env().Undefined() : Napi::String::New(info.Env(), *text);
}

// remove(id): void
void Remove(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, tsusb::Integer{"id"});
  AddonOf<Addon>(info).texts.Remove(id);
}

// takeBlock(size): [id, address]. Its first and last byte are written to.
Napi::Value TakeBlock(const Napi::CallbackInfo& info) {
  const auto [size] = ReadArguments(info, tsusb::Integer{"size", 1});
  Addon& addon = AddonOf<Addon>(info);
  const tsusb::Pages::Block block = addon.pages->Take(static_cast<size_t>(size));
  if (block == nullptr) throw Napi::Error::New(info.Env(), "no memory");
  block.get()[0] = block.get()[size - 1] = 1;
  auto result = Napi::Array::New(info.Env(), 2);
  result[0u] = addon.blocks.Add(block);
  result[1u] = static_cast<double>(reinterpret_cast<uintptr_t>(block.get()));
  return result;
}

// dropBlock(id): void
void DropBlock(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, tsusb::Integer{"id"});
  AddonOf<Addon>(info).blocks.Remove(id);
}

// openQueue(dispatcher): Int32Array
Napi::Value OpenQueue(const Napi::CallbackInfo& info) {
  const auto [dispatcher] = ReadArguments(info, tsusb::Callback{"dispatcher"});
  AddonOf<Addon>(info).queue = std::make_shared<tsusb::CompletionQueue>(info.Env(), dispatcher);
  return AddonOf<Addon>(info).queue->triples();
}

// closeQueue(closed): void. Twice, as whoever is not sure.
void CloseQueue(const Napi::CallbackInfo& info) {
  const auto [closed] = ReadArguments(info, tsusb::Callback{"closed"});
  auto& queue = AddonOf<Addon>(info).queue;
  auto left = std::make_shared<int>(2);
  auto call = [left, env = Napi::Env(info.Env()),
               callback = std::make_shared<Napi::FunctionReference>(Napi::Persistent(closed))] {
    const Napi::HandleScope scope(env);
    try {
      if (--*left == 0) callback->MakeCallback(env.Global(), {});
    } catch (const Napi::Error&) {
      // The environment is ending: no JS any more.
    }
  };
  queue->Close(call);
  queue->Close(call);
}

// push(count): void. From another thread, one operation each, one wake for all.
void Push(const Napi::CallbackInfo& info) {
  const auto [count] = ReadArguments(info, tsusb::Integer{"count"});
  Addon& addon = AddonOf<Addon>(info);
  for (int64_t i = 0; i < count; ++i) addon.queue->Begin();
  addon.thread->Post([queue = addon.queue, count = count] {
    for (int64_t i = 1; i <= count; ++i) {
      queue->Push({static_cast<int32_t>(i), 0, static_cast<int32_t>(i * 2)});
    }
    queue->Wake();
  });
}

// call(id, status): void. Ends when the gate is open.
void Call(const Napi::CallbackInfo& info) {
  const auto [id, status] = ReadArguments(info, tsusb::Integer{"id"}, tsusb::Integer{"status", -99, 99});
  Addon& addon = AddonOf<Addon>(info);
  addon.thread->Call(addon.queue, static_cast<int32_t>(id), -77,
                     [gate = addon.gate, status = static_cast<int>(status)] {
                       gate->Wait();
                       return status;
                     });
}

// openGate(): void
void OpenGate(const Napi::CallbackInfo& info) { AddonOf<Addon>(info).gate->Open(); }

// stopThread(milliseconds, last): boolean. `last` is the id of what ends last of all; 0 for none.
Napi::Value StopThread(const Napi::CallbackInfo& info) {
  const auto [milliseconds, last] =
      ReadArguments(info, tsusb::Integer{"milliseconds"}, tsusb::Integer{"last"});
  Addon& addon = AddonOf<Addon>(info);
  tsusb::BlockingThread::Job job;
  if (last != 0) {
    job = [queue = addon.queue, id = static_cast<int32_t>(last)] { queue->PushAndWake({id, 0, 0}); };
    addon.queue->Begin();
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  return Napi::Boolean::New(info.Env(), addon.thread->Stop(deadline, std::move(job)));
}

// newThread(): void. The threads that exist have no say in the limit.
void NewThread(const Napi::CallbackInfo& info) {
  AddonOf<Addon>(info).thread = std::make_unique<tsusb::BlockingThread>();
}

Napi::Object Init(Napi::Env env, Napi::Object object) {
  tsusb::Exports exports(object, &tsusb::AttachToEnvironment<Addon>(env));
  exports.Add<&Read>("read");
  exports.Add<&Fail>("fail");
  exports.Add<&Keep>("keep");
  exports.Add<&Find>("find");
  exports.Add<&Remove>("remove");
  exports.Add<&TakeBlock>("takeBlock");
  exports.Add<&DropBlock>("dropBlock");
  exports.Add<&OpenQueue>("openQueue");
  exports.Add<&CloseQueue>("closeQueue");
  exports.Add<&Push>("push");
  exports.Add<&Call>("call");
  exports.Add<&OpenGate>("openGate");
  exports.Add<&StopThread>("stopThread");
  exports.Add<&NewThread>("newThread");
  return object;
}

}  // namespace

NODE_API_MODULE(tsusb_kit_test, Init)
