#include <memory>
#include <string>

#include "addon.h"

namespace tsusb::libusb0 {
namespace {

// createSlot(context: number, capacity: number, packets: number):
//   [slot: number, bytes: Uint8Array, packets: Int32Array] | undefined, if there is no memory
Napi::Value CreateSlot(const Napi::CallbackInfo& info) {
  const auto [id, capacity, packets] =
      ReadArguments(info, Integer{"context"}, Integer{"capacity", 1}, Integer{"packets", 0, 1 << 20});
  ContextExports<Addon, Context>::At(info, id);
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

// freeSlot(slot: number): void. One that the library does not give back is lost for good.
void FreeSlot(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"slot"});
  const Slot& slot = SlotAt(info, id);
  Addon& addon = AddonOf<Addon>(info);
  if (slot.is_in_flight) slot.handle->Lose(addon.slots.Share(id));
  addon.slots.Remove(id);
}

// Whether the library stays inside the slot's memory, whatever a caller wrote there.
bool Fits(const Slot& slot, const TransferArguments& arguments) {
  if (arguments.length > static_cast<int64_t>(slot.capacity()) || arguments.packets > slot.packets()) {
    return false;
  }
  if ((arguments.packets > 0) != (arguments.type == TransferType::kIsochronous)) return false;
  if (arguments.type == TransferType::kControl) {
    return arguments.length >= kSetupSize &&
           slot.bytes()[6] + (slot.bytes()[7] << 8) == arguments.length - kSetupSize;
  }
  int64_t total = 0;
  for (int i = 0; i < arguments.packets; ++i) {
    const int32_t packet = slot.packet_table()[i * 3];
    if (packet < 0) return false;
    total += packet;
  }
  return total <= arguments.length;
}

// submit(handle, slot, endpoint, type, length, timeout: number, zeroPacket: boolean, packets,
// interfaceNumber,
//   packetSize: number): number
Napi::Value Submit(const Napi::CallbackInfo& info) {
  const auto [handle_id, slot_id, endpoint, type, length, timeout, zero_packet, packets, number,
              packet_size] =
      ReadArguments(info, Integer{"handle"}, Integer{"slot"}, Integer{"endpoint", 0, 0xff},
                    Integer{"type", 0, 3}, Integer{"length"}, Integer{"timeout", 0, 4294967295.0},
                    Boolean{"zeroPacket"}, Integer{"packets"}, Integer{"interfaceNumber", -1, 0xff},
                    Integer{"packetSize", 0, 0xffff});
  Handle& handle = HandleAt(info, handle_id);
  Slot& slot = SlotAt(info, slot_id);
  const TransferArguments arguments{
      static_cast<uint8_t>(endpoint), static_cast<TransferType>(type), zero_packet,
      static_cast<int>(packets),      static_cast<int>(length),        static_cast<unsigned int>(timeout),
      static_cast<int>(number),       static_cast<int>(packet_size)};
  if (slot.is_in_flight || !Fits(slot, arguments)) {
    throw Napi::RangeError::New(info.Env(), "slot " + std::to_string(slot_id) +
                                                " is in use, or does not fit what is to be transferred");
  }
  return Napi::Number::New(info.Env(), handle.Submit(slot, arguments));
}

// cancel(slot: number): boolean
Napi::Value Cancel(const Napi::CallbackInfo& info) {
  const auto [id] = ReadArguments(info, Integer{"slot"});
  Slot& slot = SlotAt(info, id);
  // Not in flight any more: its completion is on the way to JS.
  return Napi::Boolean::New(info.Env(), slot.is_in_flight && slot.handle->Cancel(slot));
}

}  // namespace

void ExportTransfer(Exports& exports) {
  exports.Add<&CreateSlot>("createSlot");
  exports.Add<&FreeSlot>("freeSlot");
  exports.Add<&Submit>("submit");
  exports.Add<&Cancel>("cancel");
}

}  // namespace tsusb::libusb0
