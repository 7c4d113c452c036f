#ifndef TSUSB_TO_JS_H_
#define TSUSB_TO_JS_H_

#include <napi.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tsusb {

// Plain C++ values as JS values. An addon adds its own records beside these.

inline Napi::Value ToJs(Napi::Env env, const std::vector<uint8_t>& bytes) {
  auto array = Napi::Uint8Array::New(env, bytes.size());
  std::copy(bytes.begin(), bytes.end(), array.Data());
  return array;
}

inline Napi::Value ToJs(Napi::Env env, const std::string& text) { return Napi::String::New(env, text); }

inline Napi::Value ToJs(Napi::Env env, const std::vector<std::string>& texts) {
  auto array = Napi::Array::New(env, texts.size());
  for (uint32_t i = 0; i < texts.size(); ++i) array[i] = texts[i];
  return array;
}

template <typename T>
Napi::Value ToJs(Napi::Env env, const std::optional<T>& value) {
  return value ? ToJs(env, *value) : env.Undefined();
}

}  // namespace tsusb

#endif  // TSUSB_TO_JS_H_
