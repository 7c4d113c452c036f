#ifndef TSUSB_OPENUSB_CONVERT_H_
#define TSUSB_OPENUSB_CONVERT_H_

#include <napi.h>

#include "context.h"
#include "tsusb/to_js.h"

namespace tsusb::openusb {

// What is in the kit, beside what is not.
using tsusb::ToJs;

// What native.ts calls NativeListing.
Napi::Value ToJs(Napi::Env env, const Listing& listing);

// What native.ts calls NativeEvent.
Napi::Value ToJs(Napi::Env env, const Event& event);

}  // namespace tsusb::openusb

#endif  // TSUSB_OPENUSB_CONVERT_H_
