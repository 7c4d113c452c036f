#include "convert.h"

#include <variant>

namespace tsusb::openusb {
namespace {

using openusb::ToJs;

Napi::Value ToJs(Napi::Env env, const Device& device) {
  auto object = Napi::Object::New(env);
  object["id"] = device.id;
  object["bus"] = device.bus;
  object["address"] = device.address;
  object["raw"] = ToJs(env, device.raw);
  object["sysfs"] = ToJs(env, device.sysfs);
  return object;
}

Napi::Object Kind(Napi::Env env, const char* kind) {
  auto object = Napi::Object::New(env);
  object["kind"] = kind;
  return object;
}

Napi::Value ToJs(Napi::Env env, const LogLine& line) {
  auto object = Kind(env, "log");
  object["text"] = line.text;
  return object;
}

Napi::Value ToJs(Napi::Env env, const Plugged& event) {
  auto object = Kind(env, "plug");
  object["device"] = ToJs(env, *event.device);
  return object;
}

Napi::Value ToJs(Napi::Env env, const Known& event) {
  auto object = Kind(env, "known");
  object["device"] = ToJs(env, *event.device);
  return object;
}

Napi::Value ToJs(Napi::Env env, const Unplugged& event) {
  auto object = Kind(env, "unplug");
  object["id"] = event.id;
  return object;
}

}  // namespace

Napi::Value ToJs(Napi::Env env, const Listing& listing) {
  auto ids = Napi::Array::New(env, listing.ids.size());
  for (uint32_t i = 0; i < listing.ids.size(); ++i) ids[i] = listing.ids[i];
  auto added = Napi::Array::New(env, listing.added.size());
  for (uint32_t i = 0; i < listing.added.size(); ++i) added[i] = ToJs(env, *listing.added[i]);
  auto object = Napi::Object::New(env);
  object["ids"] = ids;
  object["added"] = added;
  return object;
}

Napi::Value ToJs(Napi::Env env, const Event& event) {
  return std::visit([env](const auto& value) { return ToJs(env, value); }, event);
}

}  // namespace tsusb::openusb
