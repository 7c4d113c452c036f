#include <memory>
#include <string>

#include "addon.h"

namespace tsusb::libusb1 {
namespace {

// createSlot(context: number, capacity: number, packets: number):
//   [slot: number, bytes: Uint8Array, packets: Int32Array] | undefined, if there is no memory
Napi::Value CreateSlot(const Napi::CallbackInfo& info) {
  const auto [id, capacity, packets] =
      ReadArguments(info, Integer{"context"}, Integer{"capacity", 1}, Integer{"packets", 0, 1 << 20});
  auto slot = std::make_shared<Slot>(*AddonOf<Addon>(info).pages,
                                     ContextExports<Addon, Context>::At(info, id).library(),
                                     static_cast<uint32_t>(capacity), static_cast<int>(packets));
  if (!slot->ok()) return info.Env().Undefined();
  const Napi::Array views = slot->MakeViews(info.Env());
  auto result = Napi::Array::New(info.Env(), 3);
  slot->id = AddonOf<Addon>(info).slots.Add(slot);
  result[0u] = slot->id;
  result[1u] = views.Get(0u);
  result[2u] = views.Get(1u);
  return result;
}

// freeSlot(slot: number): void. One that libusb does not give back is lost for good.
void FreeSlot(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"slot"});
  const Slot& slot = SlotAt(info, id);
  Addon& addon = AddonOf<Addon>(info);
  if (slot.state == Slot::State::kInFlight) slot.handle->Lose(addon.slots.Share(id));
  addon.slots.Remove(id);
}

// Bytes that stand before the data of a control transfer (USB 2.0 §9.3).
constexpr int64_t kSetupSize = 8;

// Whether libusb and the system stay inside the slot's memory, whatever a caller wrote there.
bool Fits(const Slot& slot, int64_t type, int64_t length, int64_t packets) {
  if (length > slot.capacity() || packets > slot.packets()) return false;
  if ((packets > 0) != (type == abi::LIBUSB_TRANSFER_TYPE_ISOCHRONOUS)) return false;
  if (type == abi::LIBUSB_TRANSFER_TYPE_CONTROL) {
    return length >= kSetupSize && slot.bytes()[6] + (slot.bytes()[7] << 8) == length - kSetupSize;
  }
  int64_t total = 0;
  for (int64_t i = 0; i < packets; ++i) {
    const int32_t packet = slot.packet_table()[i * 3];
    if (packet < 0) return false;
    total += packet;
  }
  return total <= length;
}

// submit(handle, slot, endpoint, type, length, timeout: number, zeroPacket: boolean, packets: number): number
// For a bulk stream `packets` is its id.
Napi::Value Submit(const Napi::CallbackInfo& info) {
  const auto [handle_id, slot_id, endpoint, type, length, timeout, zero_packet, packets] = ReadArguments(
      info, Integer{"handle"}, Integer{"slot"}, Integer{"endpoint", 0, 0xff}, Integer{"type", 0, 4},
      Integer{"length"}, Integer{"timeout", 0, 4294967295.0}, Boolean{"zeroPacket"}, Integer{"packets"});
  Handle& handle = HandleAt(info, handle_id);
  Slot& slot = SlotAt(info, slot_id);
  if (slot.state != Slot::State::kFree || slot.library() != handle.context().library() ||
      !Fits(slot, type, length, type == abi::LIBUSB_TRANSFER_TYPE_BULK_STREAM ? 0 : packets)) {
    throw Napi::RangeError::New(info.Env(), "slot " + std::to_string(slot_id) +
                                                " is in use, or does not fit what is to be transferred");
  }
  const bool is_stream = type == abi::LIBUSB_TRANSFER_TYPE_BULK_STREAM;
  const uint8_t flags = zero_packet ? abi::LIBUSB_TRANSFER_ADD_ZERO_PACKET : 0;
  const int status = handle.Submit(
      slot, {static_cast<uint8_t>(endpoint), static_cast<uint8_t>(type), flags,
             is_stream ? 0 : static_cast<int>(packets), static_cast<int>(length),
             static_cast<unsigned int>(timeout), is_stream ? static_cast<uint32_t>(packets) : 0});
  return Napi::Number::New(info.Env(), status);
}

// cancel(slot: number): number
Napi::Value Cancel(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"slot"});
  Slot& slot = SlotAt(info, id);
  // Not in flight any more: its completion is on the way to JS.
  const bool in_flight = slot.state == Slot::State::kInFlight;
  const int status =
      in_flight ? slot.library()->cancel_transfer(slot.transfer()) : abi::LIBUSB_ERROR_NOT_FOUND;
  return Napi::Number::New(info.Env(), status);
}

}  // namespace

void ExportTransfer(Exports& exports) {
  exports.Add<&CreateSlot>("createSlot");
  exports.Add<&FreeSlot>("freeSlot");
  exports.Add<&Submit>("submit");
  exports.Add<&Cancel>("cancel");
}

}  // namespace tsusb::libusb1
