// What a device does with one isochronous packet.
#pragma once
#include "model.h"

// Moves the next packet of `u`, or fails it. False if that unplugged the device: the URB is done with then.
bool isochronous_packet(struct endpoint *ep, struct urb *u);
// What comes of the packet of that frame: bytes, or a negative errno. `index` counts the packets of the URB.
int32_t isochronous_plan(const struct endpoint *ep, uint32_t frame, uint32_t index);
// Drops what the sink has recorded.
void isochronous_forget(struct endpoint *ep);
