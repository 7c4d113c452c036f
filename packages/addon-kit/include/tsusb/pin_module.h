#ifndef TSUSB_PIN_MODULE_H_
#define TSUSB_PIN_MODULE_H_

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace tsusb {

// Keeps the addon that holds `address` loaded until the process ends. Node unloads an addon with the last
// environment that used it; a thread that is still inside a C library would come back to unmapped code.
inline void PinModule(const void* address) {
#ifdef _WIN32
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                     static_cast<LPCWSTR>(address), &module);
#else
  Dl_info info;
  if (dladdr(address, &info) != 0 && info.dli_fname != nullptr) {
    dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
  }
#endif
}

}  // namespace tsusb

#endif  // TSUSB_PIN_MODULE_H_
