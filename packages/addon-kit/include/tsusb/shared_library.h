#ifndef TSUSB_SHARED_LIBRARY_H_
#define TSUSB_SHARED_LIBRARY_H_

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

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
#if defined(__APPLE__)
#include <mach-o/dyld.h>
#elif !defined(__ANDROID__)
#include <link.h>
#endif
#endif

namespace tsusb {

// Owns one reference to a shared library that was opened at run time, with all its symbols bound and none
// of them visible to other libraries. May be moved to another thread, not used from two at once. Pointers
// from Symbol() die with Close().
//
//   std::string error;
//   auto library = tsusb::SharedLibrary::Open("libusb-1.0.so.0", &error);
//   if (!library) return Fail(error);
//   auto* init = library->Function<int(void**)>("libusb_init");
class SharedLibrary {
 public:
  // Opens `path`: an absolute path, or a bare file name, which the system's loader looks for in its own
  // places. Anything relative with a directory in it is refused, and on macOS a bare name as well, so that
  // the working directory is never searched (unless LD_LIBRARY_PATH names it: the caller looks after that).
  // Does not look at the file first: one that is cut short ends the process, as the loader maps it unseen.
  // Runs the library's initialisers. On failure `error` has the loader's own words.
  static std::optional<SharedLibrary> Open(const std::string& path, std::string* error) {
    if (path.empty() || path.find('\0') != std::string::npos) {
      *error = path.empty() ? "the library's name is empty" : "the library's name contains a NUL";
      return std::nullopt;
    }
    if (!IsAbsolute(path) && !(kLoaderTakesBareNames && IsBareName(path))) {
      *error = path + ": not an absolute path";
      return std::nullopt;
    }
    void* handle = OpenNative(path, error);
    if (handle == nullptr) return std::nullopt;
    return SharedLibrary(handle, LoadedPath(handle, path));
  }

  SharedLibrary(SharedLibrary&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), path_(std::move(other.path_)) {}

  SharedLibrary& operator=(SharedLibrary&& other) noexcept {
    if (this != &other) {
      Close();
      handle_ = std::exchange(other.handle_, nullptr);
      path_ = std::move(other.path_);
    }
    return *this;
  }

  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;
  ~SharedLibrary() { Close(); }

  bool is_open() const noexcept { return handle_ != nullptr; }

  // Where the opened file really lies, symbolic links resolved; what Open() was given if the system does
  // not tell. Stays readable after Close().
  const std::string& path() const noexcept { return path_; }

  // The address of `name`, or nullptr if the library lacks it or is closed.
  void* Symbol(const char* name) const noexcept {
    if (handle_ == nullptr) return nullptr;
#ifdef _WIN32
    return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle_), name));
#else
    return dlsym(handle_, name);
#endif
  }

  // Symbol() as a pointer to a function of type `Signature`, such as `int(void*)`.
  template <typename Signature>
  Signature* Function(const char* name) const noexcept {
    return reinterpret_cast<Signature*>(Symbol(name));
  }

  // Gives the reference back; the system unloads the library with the last one. Idempotent.
  void Close() noexcept {
    void* handle = std::exchange(handle_, nullptr);
    if (handle == nullptr) return;
#ifdef _WIN32
    FreeLibrary(static_cast<HMODULE>(handle));
#else
    dlclose(handle);
#endif
  }

 private:
  SharedLibrary(void* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

#ifdef __APPLE__
  // dyld looks for a bare name in the working directory (dlopen(3)).
  static constexpr bool kLoaderTakesBareNames = false;
#else
  static constexpr bool kLoaderTakesBareNames = true;
#endif

#ifdef _WIN32
  static bool IsBareName(const std::string& path) { return path.find_first_of("/\\:") == std::string::npos; }

  static bool IsAbsolute(const std::string& path) {
    const auto separator = [](char c) { return c == '/' || c == '\\'; };
    if (path.size() >= 3 && path[1] == ':' && separator(path[2])) return true;
    return path.size() >= 2 && separator(path[0]) && separator(path[1]);
  }

  static std::wstring Widen(const std::string& text) {
    const int size = static_cast<int>(text.size());
    std::wstring wide(MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), static_cast<int>(wide.size()));
    return wide;
  }

  static std::string Narrow(const wchar_t* text, int size) {
    std::string narrow(WideCharToMultiByte(CP_UTF8, 0, text, size, nullptr, 0, nullptr, nullptr), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text, size, narrow.data(), static_cast<int>(narrow.size()), nullptr,
                        nullptr);
    return narrow;
  }

  static std::string ErrorText(DWORD code) {
    wchar_t text[512];
    int size = static_cast<int>(FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                                               nullptr, code, 0, text, 512, nullptr));
    while (size > 0 && (text[size - 1] == L'\r' || text[size - 1] == L'\n' || text[size - 1] == L' ')) --size;
    return Narrow(text, size) + " (error " + std::to_string(code) + ")";
  }

  static void* OpenNative(const std::string& path, std::string* error) {
    std::wstring wide = Widen(path);
    // LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR takes backslashes only.
    for (wchar_t& c : wide) {
      if (c == L'/') c = L'\\';
    }
    // Neither the folder of the executable, nor PATH, nor the working directory.
    const DWORD flags = IsBareName(path) ? LOAD_LIBRARY_SEARCH_SYSTEM32
                                         : LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
    // Without this, a broken DLL shows a dialog and waits for somebody to press a button.
    DWORD mode = 0;
    SetThreadErrorMode(SEM_FAILCRITICALERRORS, &mode);
    HMODULE handle = LoadLibraryExW(wide.c_str(), nullptr, flags);
    const DWORD code = GetLastError();
    SetThreadErrorMode(mode, nullptr);
    if (handle == nullptr) *error = path + ": " + ErrorText(code);
    return handle;
  }

  static std::string LoadedPath(void* handle, const std::string& path) {
    std::wstring wide(32768, L'\0');
    const DWORD size =
        GetModuleFileNameW(static_cast<HMODULE>(handle), wide.data(), static_cast<DWORD>(wide.size()));
    return size == 0 ? path : Narrow(wide.data(), static_cast<int>(size));
  }
#else
  static bool IsBareName(const std::string& path) { return path.find('/') == std::string::npos; }

  static bool IsAbsolute(const std::string& path) { return path[0] == '/'; }

  static void* OpenNative(const std::string& path, std::string* error) {
    dlerror();
    void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* text = dlerror();
      *error = text != nullptr ? text : path + ": the system's loader gave no reason";
    }
    return handle;
  }

  static std::string LoadedPath(void* handle, const std::string& path) {
    std::string loaded;
#if defined(__APPLE__)
    // There is no dlinfo(): the image is the one that gives the same handle when it is opened once more.
    for (uint32_t index = 0; index < _dyld_image_count() && loaded.empty(); ++index) {
      const char* name = _dyld_get_image_name(index);
      if (name == nullptr) continue;
      void* image = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
      if (image == nullptr) continue;
      dlclose(image);
      if (image == handle) loaded = name;
    }
#elif !defined(__ANDROID__)
    link_map* map = nullptr;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr && map->l_name != nullptr) {
      loaded = map->l_name;
    }
#endif
    // A bare name that the system does not place is not a file of the working directory.
    if (loaded.empty() && IsBareName(path)) return path;
    if (loaded.empty()) loaded = path;
    char* real = realpath(loaded.c_str(), nullptr);
    if (real == nullptr) return loaded;
    std::string resolved(real);
    std::free(real);
    return resolved;
  }
#endif

  void* handle_;
  std::string path_;
};

}  // namespace tsusb

#endif  // TSUSB_SHARED_LIBRARY_H_
