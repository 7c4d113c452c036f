#include "convert.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tsusb::libusb1 {
namespace {

Napi::Value Convert(Napi::Env env, const std::vector<uint8_t>& bytes) {
  auto array = Napi::Uint8Array::New(env, bytes.size());
  std::copy(bytes.begin(), bytes.end(), array.Data());
  return array;
}

Napi::Value Convert(Napi::Env env, const std::string& text) { return Napi::String::New(env, text); }

template <typename T>
Napi::Value Convert(Napi::Env env, const std::optional<T>& value) {
  return value ? Convert(env, *value) : env.Undefined();
}

Napi::Value Convert(Napi::Env env, const DeviceRecord& record) {
  auto object = Napi::Object::New(env);
  object["id"] = record.id;
  object["bus"] = record.bus;
  object["address"] = record.address;
  object["speed"] = record.speed;
  object["ports"] = Convert(env, record.ports);
  object["deviceDescriptor"] = Convert(env, record.device_descriptor);
  object["raw"] = Convert(env, record.raw);
  object["manufacturer"] = Convert(env, record.manufacturer);
  object["product"] = Convert(env, record.product);
  object["serial"] = Convert(env, record.serial);
  object["sysfs"] = Convert(env, record.sysfs);
  return object;
}

Napi::Value Convert(Napi::Env env, const Listing& listing) {
  auto ids = Napi::Array::New(env, listing.ids.size());
  for (uint32_t i = 0; i < listing.ids.size(); ++i) ids[i] = listing.ids[i];
  auto added = Napi::Array::New(env, listing.added.size());
  for (uint32_t i = 0; i < listing.added.size(); ++i) added[i] = Convert(env, listing.added[i]);
  auto object = Napi::Object::New(env);
  object["ids"] = ids;
  object["added"] = added;
  return object;
}

Napi::Object Kind(Napi::Env env, const char* kind) {
  auto object = Napi::Object::New(env);
  object["kind"] = kind;
  return object;
}

Napi::Value Convert(Napi::Env env, const LogLine& line) {
  auto object = Kind(env, "log");
  object["level"] = line.level;
  object["text"] = line.text;
  return object;
}

Napi::Value Convert(Napi::Env env, const Plugged& event) {
  auto object = Kind(env, "plug");
  object["device"] = Convert(env, event.record);
  return object;
}

Napi::Value Convert(Napi::Env env, const Known& event) {
  auto object = Kind(env, "known");
  object["device"] = Convert(env, event.record);
  return object;
}

Napi::Value Convert(Napi::Env env, const Unplugged& event) {
  auto object = Kind(env, "unplug");
  object["id"] = event.id;
  return object;
}

}  // namespace

Napi::Value ToJs(Napi::Env env, const Result& result) {
  return std::visit([env](const auto& value) { return Convert(env, value); }, result);
}

Napi::Value ToJs(Napi::Env env, const Event& event) {
  return std::visit([env](const auto& value) { return Convert(env, value); }, event);
}

}  // namespace tsusb::libusb1
