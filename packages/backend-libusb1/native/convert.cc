#include "convert.h"

#include <variant>

namespace tsusb::libusb1 {
namespace {

using libusb1::ToJs;

Napi::Value ToJs(Napi::Env env, const DeviceRecord& record) {
  auto object = Napi::Object::New(env);
  object["id"] = record.id;
  object["bus"] = record.bus;
  object["address"] = record.address;
  object["speed"] = record.speed;
  object["ports"] = ToJs(env, record.ports);
  object["deviceDescriptor"] = ToJs(env, record.device_descriptor);
  object["raw"] = ToJs(env, record.raw);
  object["manufacturer"] = ToJs(env, record.manufacturer);
  object["product"] = ToJs(env, record.product);
  object["serial"] = ToJs(env, record.serial);
  object["sysfs"] = ToJs(env, record.sysfs);
  return object;
}

Napi::Value ToJs(Napi::Env env, const Listing& listing) {
  auto ids = Napi::Array::New(env, listing.ids.size());
  for (uint32_t i = 0; i < listing.ids.size(); ++i) ids[i] = listing.ids[i];
  auto added = Napi::Array::New(env, listing.added.size());
  for (uint32_t i = 0; i < listing.added.size(); ++i) added[i] = ToJs(env, listing.added[i]);
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

Napi::Value ToJs(Napi::Env env, const LogLine& line) {
  auto object = Kind(env, "log");
  object["level"] = line.level;
  object["text"] = line.text;
  return object;
}

Napi::Value ToJs(Napi::Env env, const Plugged& event) {
  auto object = Kind(env, "plug");
  object["device"] = ToJs(env, event.record);
  return object;
}

Napi::Value ToJs(Napi::Env env, const Known& event) {
  auto object = Kind(env, "known");
  object["device"] = ToJs(env, event.record);
  return object;
}

Napi::Value ToJs(Napi::Env env, const Unplugged& event) {
  auto object = Kind(env, "unplug");
  object["id"] = event.id;
  return object;
}

}  // namespace

Napi::Value ToJs(Napi::Env env, const Result& result) {
  return std::visit([env](const auto& value) { return ToJs(env, value); }, result);
}

Napi::Value ToJs(Napi::Env env, const Event& event) {
  return std::visit([env](const auto& value) { return ToJs(env, value); }, event);
}

}  // namespace tsusb::libusb1
