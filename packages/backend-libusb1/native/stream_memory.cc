#include "stream_memory.h"

#include <algorithm>

#include "tsusb/transfer_memory.h"

// Elsewhere such memory may be one that the processor does not cache, and reading it ten times as slow.
#if defined(__linux__) && (defined(__x86_64__) || defined(__i386__))
#define TSUSB_DEVICE_MEMORY 1
#include <sys/mman.h>
#endif

namespace tsusb::libusb1 {
namespace {

// Messages of a few bytes fill a buffer each: there are buffers for that many, as long as they take no more
// memory than this. It is touched only where data comes.
constexpr uint32_t kManyBuffers = 4096;
constexpr uint32_t kManyBytes = 16 << 20;
// The device's memory comes in one piece, of which the kernel has none larger (MAX_ORDER, x86), and counts
// for usbfs_memory_mb, 16 MiB for all programs together.
[[maybe_unused]] constexpr uint32_t kMostOfDevice = 4 << 20;
// Of that for the table, which has at most 8192 entries as long as the messages fill no more than the rest.
[[maybe_unused]] constexpr uint32_t kTable = 128 << 10;
// What an offset into the memory can be.
constexpr uint64_t kMost = 0x7fffffff;

uint32_t PowerOfTwo(uint32_t least) {
  uint32_t size = 1;
  while (size < least) size *= 2;
  return size;
}

#ifdef TSUSB_DEVICE_MEMORY
Pages::Block TakeOfDevice(const Library& library, abi::libusb_device_handle* handle, size_t size) {
  if (library.dev_mem_alloc == nullptr || handle == nullptr || size > kMostOfDevice) return nullptr;
  unsigned char* const bytes = library.dev_mem_alloc(handle, size);
  if (bytes == nullptr) return nullptr;
  // What libusb_dev_mem_free does; by then the handle may be closed.
  return Pages::Block(bytes, [size](uint8_t* mapped) { munmap(mapped, size); });
}
#endif

}  // namespace

StreamMemory::StreamMemory(Pages& pages, const Library& library, abi::libusb_device_handle* handle,
                           const StreamArguments& arguments) {
#ifdef TSUSB_DEVICE_MEMORY
  const uint64_t in_flight = uint64_t{arguments.transfer_size} * static_cast<uint32_t>(arguments.transfers);
  if (arguments.lends && in_flight + kTable < kMostOfDevice &&
      Lay(arguments, kMostOfDevice - kTable - static_cast<uint32_t>(in_flight))) {
    block = TakeOfDevice(library, handle, size());
  }
  is_of_device_ = block != nullptr;
#else
  static_cast<void>(library);
  static_cast<void>(handle);
#endif
  if (block == nullptr && Lay(arguments, kManyBytes)) block = pages.Take(size());
}

void StreamMemory::GiveBack() {
#ifdef TSUSB_DEVICE_MEMORY
  // In its place, at once: what failed here would stay mapped as it is.
  if (is_of_device_) {
    mmap(block.get(), size(), PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
#endif
  is_of_device_ = false;
}

bool StreamMemory::Lay(const StreamArguments& arguments, uint32_t bytes_for_messages) {
  const uint32_t each = arguments.transfer_size;
  const uint32_t for_bytes = arguments.buffer_size / each + 1;
  const uint32_t for_messages = std::min(kManyBuffers, bytes_for_messages / each);
  buffers = static_cast<uint32_t>(arguments.transfers) + std::max(for_bytes, for_messages);
  entries = PowerOfTwo(buffers);
  const uint64_t ints = kControlSize + uint64_t{entries} * kEntrySize;
  const uint64_t packets = (ints + 2) / 3 + uint64_t{buffers} * arguments.packet_lengths.size();
  const uint64_t bytes = uint64_t{buffers} * each;
  if (bytes > kMost || packets > kMost / 12) return false;
  capacity = static_cast<uint32_t>(bytes);
  table_packets = static_cast<int>(packets);
  return true;
}

size_t StreamMemory::size() const { return TransferMemory::SizeOf(capacity, table_packets); }

}  // namespace tsusb::libusb1
