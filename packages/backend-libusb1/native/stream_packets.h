#ifndef TSUSB_LIBUSB1_STREAM_PACKETS_H_
#define TSUSB_LIBUSB1_STREAM_PACKETS_H_

#include <cstdint>
#include <vector>

#include "library.h"

namespace tsusb::libusb1 {

// What became of the packets of an isochronous transfer that has ended.
struct PacketsDone {
  // Of the transfer, as the stream takes it: that of a packet ends nothing.
  int status;
  // Bytes that moved.
  int length;
  // Packets whose interval has passed, and those of them that did not come or go. Of a transfer that was cut
  // short only those that moved count: libusb does not say which of the others were tried.
  uint32_t tried;
  uint32_t missed;
};

// Gives a transfer its packets. Outwards the last one of a sink may have fewer than all.
void SetPackets(abi::libusb_transfer* transfer, const std::vector<uint32_t>& lengths, uint32_t size);

// Writes what became of them into a table of (length, actual length, status), where the lengths that were
// asked for bound what libusb says. Nothing is believed that would reach beyond the buffer.
PacketsDone NotePackets(abi::libusb_transfer* transfer, const std::vector<uint32_t>& lengths, int32_t* table);

}  // namespace tsusb::libusb1

#endif  // TSUSB_LIBUSB1_STREAM_PACKETS_H_
