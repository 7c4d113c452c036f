// What each kind of endpoint does with a URB.
#pragma once
#include "model.h"

// Serves `u`, the first of the queue. Returns whether it was completed.
bool endpoint_serve(struct endpoint *ep, struct urb *u);
// Queues one packet to be sent by an IN endpoint.
void endpoint_queue_packet(struct endpoint *ep, const uint8_t *bytes, uint32_t length);
// Queues a message in packets of the endpoint's size; `end` adds an empty packet if the last one is full.
void endpoint_queue_message(struct endpoint *ep, const uint8_t *bytes, uint32_t length, bool end);
void endpoint_drop_packets(struct endpoint *ep);
void endpoint_start_reports(struct endpoint *ep);
// Bytes of a full packet; of an isochronous endpoint, all that may move in one service interval.
uint32_t endpoint_packet_size(const struct endpoint *ep);
