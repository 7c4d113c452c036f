#include <memory>
#include <string>

#include "addon.h"

namespace tsusb::openusb {
namespace {

// createSlot(capacity: number, packets: number):
//   [slot: number, bytes: Uint8Array, packets: Int32Array] | undefined, if there is no memory
Napi::Value CreateSlot(const Napi::CallbackInfo& info) {
  const auto [capacity, packets] =
      ReadArguments(info, Integer{"capacity", 1}, Integer{"packets", 0, 1 << 20});
  auto slot = std::make_shared<Slot>(*AddonOf<Addon>(info).pages, static_cast<uint32_t>(capacity),
                                     static_cast<int>(packets));
  if (!slot->ok()) return info.Env().Undefined();
  const Napi::Array views = slot->MakeViews(info.Env());
  auto result = Napi::Array::New(info.Env(), 3);
  slot->id = AddonOf<Addon>(info).slots.Add(slot);
  result[0u] = slot->id;
  result[1u] = views.Get(0u);
  result[2u] = views.Get(1u);
  return result;
}

// freeSlot(slot: number): void. What the library has not given back stays until its device is closed.
void FreeSlot(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"slot"});
  SlotAt(info, id);
  Addon& addon = AddonOf<Addon>(info);
  addon.freed_slots.push_back(addon.slots.Share(id));
  addon.slots.Remove(id);
  addon.SweepSlots();
}

// Bytes that stand before the data of a control transfer (USB 2.0 §9.3).
constexpr int64_t kSetupSize = 8;

// Whether the library and the system stay inside the slot's memory, whatever a caller wrote there.
bool Fits(const Slot& slot, int64_t type, int64_t length, int64_t packets) {
  if (length > slot.capacity() || packets > slot.packets()) return false;
  if ((packets > 0) != (type == abi::USB_TYPE_ISOCHRONOUS)) return false;
  if (type == abi::USB_TYPE_CONTROL) {
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

// submit(handle, slot, endpoint, interfaceNumber, type, length, timeout: number, zeroPacket: boolean,
//        packets: number): void
// Ends as a completion of the slot, also if nothing was submitted.
void Submit(const Napi::CallbackInfo& info) {
  const auto [handle_id, slot_id, endpoint, interface_number, type, length, timeout, zero_packet, packets] =
      ReadArguments(info, Integer{"handle"}, Integer{"slot"}, Integer{"endpoint", 0, 0xff},
                    Integer{"interfaceNumber", 0, 0xff}, Integer{"type", 1, 4}, Integer{"length"},
                    Integer{"timeout", 0, 4294967295.0}, Boolean{"zeroPacket"}, Integer{"packets"});
  Handle& handle = HandleAt(info, handle_id);
  const Slot& slot = SlotAt(info, slot_id);
  if (handle.is_closing()) {
    throw Napi::RangeError::New(info.Env(), "handle " + std::to_string(handle_id) + " is being closed");
  }
  if (slot.in_use || !Fits(slot, type, length, packets)) {
    throw Napi::RangeError::New(info.Env(), "slot " + std::to_string(slot_id) +
                                                " is in use, or does not fit what is to be transferred");
  }
  handle.Submit(AddonOf<Addon>(info).slots.Share(slot_id),
                {static_cast<uint8_t>(endpoint), static_cast<uint8_t>(interface_number),
                 static_cast<int32_t>(type), static_cast<uint32_t>(length), static_cast<uint32_t>(timeout),
                 zero_packet, static_cast<int>(packets)});
}

// cancel(handle: number, slot: number): void
void Cancel(const Napi::CallbackInfo& info) {
  const auto [handle_id, slot_id] = ReadArguments(info, Integer{"handle"}, Integer{"slot"});
  Handle& handle = HandleAt(info, handle_id);
  // Not in flight any more: its completion is on the way to JS.
  if (const auto transfer = SlotAt(info, slot_id).transfer.lock()) handle.Cancel(transfer);
}

}  // namespace

void ExportTransfer(Exports& exports) {
  exports.Add<&CreateSlot>("createSlot");
  exports.Add<&FreeSlot>("freeSlot");
  exports.Add<&Submit>("submit");
  exports.Add<&Cancel>("cancel");
}

}  // namespace tsusb::openusb
