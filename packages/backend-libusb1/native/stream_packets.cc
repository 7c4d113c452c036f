#include "stream_packets.h"

#include <algorithm>

#include "transfer.h"

namespace tsusb::libusb1 {
namespace {

// Whether a transfer with this status has packets that were never tried.
bool IsCutShort(int status) {
  return status == abi::LIBUSB_TRANSFER_CANCELLED || status == abi::LIBUSB_TRANSFER_NO_DEVICE ||
         status == abi::LIBUSB_TRANSFER_TIMED_OUT;
}

}  // namespace

void SetPackets(abi::libusb_transfer* transfer, const std::vector<uint32_t>& lengths, uint32_t size) {
  abi::libusb_iso_packet_descriptor* const packets = PacketsOf(transfer);
  int count = 0;
  uint32_t left = size;
  for (const uint32_t length : lengths) {
    if (left == 0) break;
    packets[count] = {std::min(length, left), 0, abi::LIBUSB_TRANSFER_ERROR};
    left -= packets[count++].length;
  }
  transfer->num_iso_packets = count;
}

PacketsDone NotePackets(abi::libusb_transfer* transfer, const std::vector<uint32_t>& lengths,
                        int32_t* table) {
  const abi::libusb_iso_packet_descriptor* const packets = PacketsOf(transfer);
  const size_t count = std::min(static_cast<size_t>(std::max(transfer->num_iso_packets, 0)), lengths.size());
  PacketsDone done{transfer->status, 0, 0, 0};
  uint32_t moved = 0;
  for (size_t i = 0; i < lengths.size(); ++i) {
    const bool is_there = i < count;
    const uint32_t size = is_there ? std::min(packets[i].length, lengths[i]) : 0;
    const uint32_t actual = is_there ? std::min(packets[i].actual_length, size) : 0;
    table[i * 3] = static_cast<int32_t>(size);
    table[i * 3 + 1] = static_cast<int32_t>(actual);
    table[i * 3 + 2] = is_there ? packets[i].status : abi::LIBUSB_TRANSFER_COMPLETED;
    done.length += static_cast<int>(actual);
    if (is_there && packets[i].status == abi::LIBUSB_TRANSFER_COMPLETED) ++moved;
  }
  const bool is_cut_short = IsCutShort(transfer->status);
  done.tried = is_cut_short ? moved : static_cast<uint32_t>(count);
  done.missed = done.tried - moved;
  // Some platforms give the transfer the status of a packet that failed. If not one went, it was refused.
  if (!is_cut_short && moved > 0) done.status = abi::LIBUSB_TRANSFER_COMPLETED;
  return done;
}

}  // namespace tsusb::libusb1
