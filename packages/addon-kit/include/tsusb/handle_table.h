#ifndef TSUSB_HANDLE_TABLE_H_
#define TSUSB_HANDLE_TABLE_H_

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace tsusb {

// Native objects of one environment under integers, so that JS holds no pointer: a stale or made-up number
// finds nothing, instead of freed memory. Numbers start at 1 and are not used again (before 2^31 of them).
// JS thread only.
template <typename T>
class HandleTable {
 public:
  uint32_t Add(std::shared_ptr<T> object) {
    do {
      last_ = last_ == 0x7fffffff ? 1 : last_ + 1;
    } while (objects_.count(last_) != 0);
    objects_.emplace(last_, std::move(object));
    return last_;
  }

  // The object, or nullptr.
  T* Find(int64_t id) const {
    const auto found = objects_.find(static_cast<uint32_t>(id));
    return found == objects_.end() ? nullptr : found->second.get();
  }

  // As Find(), sharing ownership: for what another thread goes on using.
  std::shared_ptr<T> Share(int64_t id) const {
    const auto found = objects_.find(static_cast<uint32_t>(id));
    return found == objects_.end() ? nullptr : found->second;
  }

  void Remove(int64_t id) { objects_.erase(static_cast<uint32_t>(id)); }

  void Clear() { objects_.clear(); }

  const std::unordered_map<uint32_t, std::shared_ptr<T>>& all() const { return objects_; }

 private:
  std::unordered_map<uint32_t, std::shared_ptr<T>> objects_;
  uint32_t last_ = 0;
};

// The object under `id`. Throws a RangeError that calls it `what` if there is none.
template <typename T>
T& Require(const Napi::CallbackInfo& info, const HandleTable<T>& table, int64_t id, const char* what) {
  T* const object = table.Find(id);
  if (object == nullptr) {
    throw Napi::RangeError::New(info.Env(), std::string(what) + " " + std::to_string(id) + " does not exist");
  }
  return *object;
}

}  // namespace tsusb

#endif  // TSUSB_HANDLE_TABLE_H_
