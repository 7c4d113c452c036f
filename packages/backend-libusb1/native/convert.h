#ifndef TSUSB_LIBUSB1_CONVERT_H_
#define TSUSB_LIBUSB1_CONVERT_H_

#include <napi.h>

#include "context.h"
#include "tsusb/to_js.h"

namespace tsusb::libusb1 {

using tsusb::ToJs;

// What native.ts calls NativeListing, NativeDevice, or a Uint8Array.
Napi::Value ToJs(Napi::Env env, const Result& result);

// What native.ts calls NativeEvent.
Napi::Value ToJs(Napi::Env env, const Event& event);

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_CONVERT_H_
