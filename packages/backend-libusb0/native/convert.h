#ifndef TSUSB_LIBUSB0_CONVERT_H_
#define TSUSB_LIBUSB0_CONVERT_H_

#include <napi.h>

#include "context.h"
#include "tsusb/to_js.h"

namespace tsusb::libusb0 {

// Beside our own: what is found in this namespace hides the kit's.
using tsusb::ToJs;

// What native.ts calls NativeListing, a Uint8Array, or a string.
Napi::Value ToJs(Napi::Env env, const Result& result);

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_CONVERT_H_
