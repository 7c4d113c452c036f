#include "convert.h"

#include <variant>

namespace tsusb::libusb0 {
namespace {

using libusb0::ToJs;

Napi::Value ToJs(Napi::Env env, const std::optional<int>& number) {
  return number ? Napi::Value(Napi::Number::New(env, *number)) : env.Undefined();
}

Napi::Value ToJs(Napi::Env env, const DeviceRecord& record) {
  auto object = Napi::Object::New(env);
  object["id"] = record.id;
  object["bus"] = record.bus;
  object["address"] = record.address;
  object["speed"] = ToJs(env, record.speed);
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

}  // namespace

Napi::Value ToJs(Napi::Env env, const Result& result) {
  return std::visit([env](const auto& value) { return ToJs(env, value); }, result);
}

}  // namespace tsusb::libusb0
