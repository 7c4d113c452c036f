#include "isochronous_packet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "endpoint.h"
#include "faults.h"
#include "scramble.h"

int32_t isochronous_plan(const struct endpoint *ep, uint32_t frame, uint32_t index) {
  const struct isochronous *iso = &ep->iso;
  const uint32_t full = endpoint_packet_size(ep);
  if (iso->length_count) return iso->lengths[(iso->per_transfer ? index : frame) % iso->length_count];
  if (!iso->random) return (int32_t)full;
  const uint32_t dice = scramble(iso->seed + frame), share = dice % 100;
  // A host controller notices what does not arrive, and what it could not fetch to send.
  if (share < iso->failed_share) return ep->address & 0x80 ? -EPROTO : -ECOMM;
  if (share < iso->failed_share + iso->empty_share) return 0;
  if (share < iso->failed_share + iso->empty_share + iso->short_share && full > 1)
    return (int32_t)(1 + (dice >> 8) % (full - 1));
  return (int32_t)full;
}

static void fill(struct endpoint *ep, uint8_t *to, uint32_t length, uint32_t frame) {
  const uint32_t size = endpoint_packet_size(ep);
  for (uint32_t i = 0; i < length; i++) {
    switch (ep->pattern) {
      case PATTERN_MOD63:
        to[i] = (uint8_t)(i % size % 63);
        break;
      case PATTERN_COUNTER:
        to[i] = (uint8_t)ep->counter++;
        break;
      case PATTERN_CONSTANT:
        to[i] = ep->constant;
        break;
      case PATTERN_WORDS:  // not of packets that may be lost
        to[i] = 0;
        break;
      case PATTERN_FRAMES:
        to[i] = (uint8_t)(i < 4 ? frame >> 8 * i : frame + i);
        break;
    }
  }
}

static int end_with(struct usbdevfs_iso_packet_desc *p, uint32_t length) {
  p->actual_length = length < p->length ? length : p->length;
  return length > p->length ? -EOVERFLOW : 0;
}

static int send_length(struct endpoint *ep, struct urb *u, uint32_t length, uint32_t frame) {
  struct usbdevfs_iso_packet_desc *p = &u->packets[u->packets_done];
  int status = end_with(p, length);
  fill(ep, u->data + u->packet_offset, p->actual_length, frame);
  return status;
}

// One packet of those that wait, or an empty one.
static int send_queued(struct endpoint *ep, struct urb *u) {
  struct usbdevfs_iso_packet_desc *p = &u->packets[u->packets_done];
  if (list_empty(&ep->packets)) return end_with(p, 0);
  struct packet *queued = LIST_OWNER(ep->packets.next, struct packet, node);
  int status = end_with(p, queued->length);
  memcpy(u->data + u->packet_offset, queued->bytes, p->actual_length);
  ep->queued_bytes -= queued->length;
  list_remove(&queued->node);
  free(queued);
  return status;
}

static void record(struct endpoint *ep, const uint8_t *bytes, uint32_t length, uint32_t frame) {
  ep->last_length = length < sizeof ep->last ? length : sizeof ep->last;
  if (length) memcpy(ep->last, bytes, ep->last_length);
  if (length > ep->iso.record_room) return;
  ep->iso.record_room -= length;
  struct recorded *r = malloc(sizeof *r + length);
  r->frame = frame;
  r->length = length;
  if (length) memcpy(r->bytes, bytes, length);
  list_insert_before(&ep->iso.recorded, &r->node);
}

void isochronous_forget(struct endpoint *ep) {
  while (!list_empty(&ep->iso.recorded)) {
    struct recorded *r = LIST_OWNER(ep->iso.recorded.next, struct recorded, node);
    ep->iso.record_room += r->length;
    list_remove(&r->node);
    free(r);
  }
}

// Nobody acknowledges: what the device has no use or no room for is lost, and the packet has been sent all
// the same.
static int take(struct endpoint *ep, struct urb *u, uint32_t frame) {
  struct usbdevfs_iso_packet_desc *p = &u->packets[u->packets_done];
  const uint8_t *bytes = u->data + u->packet_offset;
  p->actual_length = p->length;
  if (ep->role == ROLE_SINK) record(ep, bytes, p->length, frame);
  if (ep->role == ROLE_LOOPBACK) {
    struct endpoint *to = device_endpoint(ep->device, ep->loop_to);
    if (to->queued_bytes + p->length <= to->capacity) endpoint_queue_packet(to, bytes, p->length);
  }
  return 0;
}

static int move(struct endpoint *ep, struct urb *u, uint32_t frame) {
  int32_t plan = isochronous_plan(ep, frame, u->packets_done);
  if (plan < 0) return plan;
  if (!u->in) return take(ep, u, frame);
  return ep->role == ROLE_SOURCE ? send_length(ep, u, (uint32_t)plan, frame) : send_queued(ep, u);
}

// What a fault makes of the packet: 0, or its negative status.
static int apply(const struct fault *f, struct endpoint *ep, struct urb *u, uint32_t frame) {
  uint32_t length = u->packets[u->packets_done].length;
  uint32_t amount = f->amount > 0 ? (uint32_t)f->amount : 0;
  switch (f->action) {
    case FAULT_SHORT:
      return send_length(ep, u, amount < length ? amount : length, frame);
    case FAULT_LONG:
      return send_length(ep, u, length + 1, frame);
    case FAULT_ERROR:
      return -(int)f->amount;
    case FAULT_MISSED:
      return -EXDEV;
    default:
      return move(ep, u, frame);
  }
}

bool isochronous_packet(struct endpoint *ep, struct urb *u) {
  struct device *d = ep->device;
  struct usbdevfs_iso_packet_desc *p = &u->packets[u->packets_done];
  const uint32_t frame = (uint32_t)(u->first_slot + u->packets_done - ep->iso.first_slot);
  const struct fault *f = list_empty(&d->faults) ? 0 : fault_take(d, ep->address, 0);
  if (f && f->action == FAULT_UNPLUG) {
    device_unplug(d);
    return false;
  }
  int status = f ? apply(f, ep, u, frame) : move(ep, u, frame);
  p->status = (unsigned)status;
  u->actual += p->actual_length;
  u->packet_offset += p->length;
  u->packets_done++;
  ep->iso.packets++;
  if (status) {
    u->packets_failed++;
    ep->iso.failed++;
  }
  return true;
}
