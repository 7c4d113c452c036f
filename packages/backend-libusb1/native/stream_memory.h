#ifndef TSUSB_LIBUSB1_STREAM_MEMORY_H_
#define TSUSB_LIBUSB1_STREAM_MEMORY_H_

#include <cstdint>
#include <vector>

#include "library.h"
#include "tsusb/pages.h"

namespace tsusb::libusb1 {

// What a stream asks for.
struct StreamArguments {
  uint8_t endpoint;
  uint8_t type;
  uint32_t transfer_size;
  int transfers;
  // Bytes that may wait: for JS before the device is no longer asked, or for the device before JS has to
  // wait.
  uint32_t buffer_size;
  // Whether JS reads the bytes where they are.
  bool lends;
  // Isochronous only: bytes of each packet.
  std::vector<uint32_t> packet_lengths;
};

// The memory of a stream: buffers for its transfers, and a table that it shares with JS.
struct StreamMemory {
  // Integers before the ring's entries, and of each entry; see Stream::Control.
  static constexpr uint32_t kControlSize = 8;
  static constexpr uint32_t kEntrySize = 2;

  // From the device where the stream lends its chunks and libusb has such memory (Linux from 4.6 on, libusb
  // from 1.0.21 on): the kernel then copies nothing either. Else from `pages`.
  StreamMemory(Pages& pages, const Library& library, abi::libusb_device_handle* handle,
               const StreamArguments& arguments);

  // Gives the device's memory back, if it is that. What JS still sees of it stays there and is nothing but
  // zeros: memory that is mapped keeps the device's file open, and so its interfaces claimed.
  void GiveBack();

  uint32_t buffers = 0;
  // Of the ring, a power of two.
  uint32_t entries = 0;
  // Bytes of all buffers.
  uint32_t capacity = 0;
  // Of the table, as TransferMemory counts its integers: in threes.
  int table_packets = 0;
  // nullptr if there is no memory.
  Pages::Block block;

 private:
  // False if that is more than can be addressed.
  bool Lay(const StreamArguments& arguments, uint32_t bytes_for_messages);
  size_t size() const;

  bool is_of_device_ = false;
};

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_STREAM_MEMORY_H_
