#ifndef TSUSB_ARGUMENTS_H_
#define TSUSB_ARGUMENTS_H_

#include <napi.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

// Declarative argument checks. An exported function says what it takes, and gets it as plain C++ values:
//
//   const auto [handle, endpoint] =
//       tsusb::ReadArguments(info, tsusb::Integer{"handle"}, tsusb::Integer{"endpoint", 0, 0xff});
//
// What does not fit throws a TypeError or RangeError that names the argument and the value. The checks keep
// a wrong call from our own TypeScript out of C; messages for users are made in TypeScript.
namespace tsusb {

// The text of a value for a message, cut where it gets long.
inline std::string Show(const Napi::Value& value) {
  if (value.IsSymbol()) return "a symbol";
  if (value.IsObject()) return value.IsFunction() ? "a function" : "an object";
  const std::string text = value.ToString().Utf8Value();
  return text.size() > 60 ? text.substr(0, 60) + "..." : text;
}

[[noreturn]] inline void ThrowType(const Napi::Value& value, const char* name, const char* wanted) {
  throw Napi::TypeError::New(value.Env(),
                             std::string(name) + " must be " + wanted + ", and is " + Show(value));
}

// A whole number between `min` and `max`, both included. Default: what an int32_t holds, not negative.
struct Integer {
  using Type = int64_t;
  const char* name;
  double min = 0;
  double max = 2147483647;

  Type Read(const Napi::Value& value) const {
    double number = 0;
    if (napi_get_value_double(value.Env(), value, &number) != napi_ok) ThrowType(value, name, "a number");
    if (!(number >= min && number <= max) || number != std::trunc(number)) {
      throw Napi::RangeError::New(value.Env(), std::string(name) + " must be a whole number from " +
                                                   std::to_string(static_cast<int64_t>(min)) + " to " +
                                                   std::to_string(static_cast<int64_t>(max)) + ", and is " +
                                                   Show(value));
    }
    return static_cast<int64_t>(number);
  }
};

struct Boolean {
  using Type = bool;
  const char* name;

  Type Read(const Napi::Value& value) const {
    if (!value.IsBoolean()) ThrowType(value, name, "a boolean");
    return value.As<Napi::Boolean>().Value();
  }
};

// A string, as UTF-8.
struct Text {
  using Type = std::string;
  const char* name;

  Type Read(const Napi::Value& value) const {
    if (!value.IsString()) ThrowType(value, name, "a string");
    return value.As<Napi::String>().Utf8Value();
  }
};

struct Callback {
  using Type = Napi::Function;
  const char* name;

  Type Read(const Napi::Value& value) const {
    if (!value.IsFunction()) ThrowType(value, name, "a function");
    return value.As<Napi::Function>();
  }
};

// The bytes of a Uint8Array, valid during the call only. A detached one has none.
struct Bytes {
  using Type = std::pair<const uint8_t*, size_t>;
  const char* name;

  Type Read(const Napi::Value& value) const {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
      ThrowType(value, name, "a Uint8Array");
    }
    const auto array = value.As<Napi::Uint8Array>();
    return {array.Data(), array.ByteLength()};
  }
};

namespace internal {
template <typename... Specs, size_t... Positions>
std::tuple<typename Specs::Type...> ReadEach(const Napi::CallbackInfo& info,
                                             std::index_sequence<Positions...>, const Specs&... specs) {
  // Braces keep the order: the first wrong argument is the one that is named.
  return std::tuple<typename Specs::Type...>{specs.Read(info[Positions])...};
}
}  // namespace internal

// Reads as many arguments as there are specs, in order.
template <typename... Specs>
std::tuple<typename Specs::Type...> ReadArguments(const Napi::CallbackInfo& info, const Specs&... specs) {
  return internal::ReadEach(info, std::index_sequence_for<Specs...>{}, specs...);
}

}  // namespace tsusb

#endif  // TSUSB_ARGUMENTS_H_
