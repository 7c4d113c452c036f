#ifndef TSUSB_PAGES_H_
#define TSUSB_PAGES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace tsusb {

// Where the memory of transfers comes from. What is copied into it and out of it at once lies in pages of 2
// MiB where the system has them (Linux, unless transparent huge pages are forbidden): the system looks up and
// holds each page that it copies to. Measured on the played bus, as a ratio to C with pages of 4 KiB: 64 KiB
// read into a buffer 1.12 -> 0.99, with sixteen in flight 1.28 -> 1.16, streamed 1.06 -> 0.96.
//
// Blocks from 32 KiB to 1 MiB share such a page with others of their size, larger ones have their own. Owned
// by shared_ptr, since a block may outlive its environment; any thread.
class Pages : public std::enable_shared_from_this<Pages> {
 public:
  using Block = std::shared_ptr<uint8_t>;

  // nullptr if there is no memory. Not cleared: a block may have been another's.
  Block Take(size_t size) {
#ifdef __linux__
    if (size >= kSmallestShared) return size <= kLargestShared ? TakeShared(size) : TakeOwn(size);
#endif
    return Block(static_cast<uint8_t*>(std::calloc(size, 1)), std::free);
  }

 private:
#ifdef __linux__
  static constexpr size_t kPage = size_t{2} << 20;
  static constexpr size_t kSmallestShared = size_t{32} << 10;
  static constexpr size_t kLargestShared = kPage / 2;
  // 32 KiB, 64 KiB … 1 MiB.
  static constexpr size_t kClasses = 6;

  // A region that begins at a multiple of kPage, cut into equal blocks.
  struct Region {
    explicit Region(size_t wanted) {
      // Only the part that lies right is kept; it is nothing but addresses until it is used.
      void* const mapped =
          mmap(nullptr, wanted + kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (mapped == MAP_FAILED) return;
      auto* const begin = static_cast<uint8_t*>(mapped);
      const size_t before = (kPage - reinterpret_cast<uintptr_t>(begin) % kPage) % kPage;
      if (before > 0) munmap(begin, before);
      if (before < kPage) munmap(begin + before + wanted, kPage - before);
      start = begin + before;
      size = wanted;
      // Without them it works as well.
      static_cast<void>(madvise(start, size, MADV_HUGEPAGE));
    }
    ~Region() {
      if (start != nullptr) munmap(start, size);
    }
    Region(const Region&) = delete;
    Region& operator=(const Region&) = delete;

    uint8_t* start = nullptr;
    size_t size = 0;
    // Guarded by the lock of its Pages.
    std::vector<uint8_t*> free;
  };

  static Block TakeOwn(size_t size) {
    // Of ordinary pages the largest there are (arm64, ppc64).
    constexpr size_t kWhole = size_t{64} << 10;
    const auto region = std::make_shared<Region>((size + kWhole - 1) & ~(kWhole - 1));
    return Block(region, region->start);
  }

  Block TakeShared(size_t size) {
    size_t at = 0;
    size_t block = kSmallestShared;
    for (; block < size; block *= 2) ++at;
    const std::lock_guard<std::mutex> lock(mutex_);
    std::shared_ptr<Region> region = WithRoom(regions_[at]);
    if (region == nullptr) {
      region = std::make_shared<Region>(kPage);
      if (region->start == nullptr) return nullptr;
      for (size_t offset = kPage; offset > 0; offset -= block) {
        region->free.push_back(region->start + offset - block);
      }
      regions_[at].push_back(region);
    }
    uint8_t* const taken = region->free.back();
    region->free.pop_back();
    return Block(taken, [self = shared_from_this(), region = std::move(region)](uint8_t* bytes) {
      const std::lock_guard<std::mutex> give_back(self->mutex_);
      region->free.push_back(bytes);
    });
  }

  // Forgets those that have no block in use any more, and so are gone.
  static std::shared_ptr<Region> WithRoom(std::vector<std::weak_ptr<Region>>& regions) {
    const auto is_gone = [](const std::weak_ptr<Region>& each) { return each.expired(); };
    regions.erase(std::remove_if(regions.begin(), regions.end(), is_gone), regions.end());
    for (const std::weak_ptr<Region>& each : regions) {
      std::shared_ptr<Region> region = each.lock();
      if (region != nullptr && !region->free.empty()) return region;
    }
    return nullptr;
  }

  std::mutex mutex_;
  // By the size of their blocks.
  std::array<std::vector<std::weak_ptr<Region>>, kClasses> regions_;
#endif
};

}  // namespace tsusb

#endif  // TSUSB_PAGES_H_
