#include "isochronous.h"

#include <errno.h>
#include <stdlib.h>

#include "frame_clock.h"
#include "isochronous_packet.h"
#include "urb.h"

static const struct endpoint_descriptor *descriptor_of(const struct endpoint *ep) {
  return ep->device->active_endpoints[endpoint_slot(ep->address)];
}

int isochronous_check(const struct urb *u) {
  const struct endpoint_descriptor *active = descriptor_of(u->endpoint);
  if (!active->max_packet) return -EMSGSIZE;
  for (uint32_t i = 0; i < u->packet_count; i++)
    if (u->packets[i].length > active->per_interval) return -EMSGSIZE;
  return 0;
}

// Microframes from one slot to the next. Source: usb_parse_endpoint() in config.c for a bInterval that is
// none, and usb_submit_urb() for the longest: 1024 frames or 8192 microframes, from SuperSpeed on 32768.
static int64_t interval(const struct endpoint *ep) {
  const int64_t frame = clock_frame(ep->device);
  const struct endpoint_descriptor *active = descriptor_of(ep);
  int exponent = active ? active->interval : 1;
  if (exponent < 1 || exponent > 16) exponent = frame == 8 ? 4 : 7;
  int longest = frame == 8 ? 11 : strtod(ep->device->speed, 0) > 480 ? 16 : 14;
  return frame << ((exponent < longest ? exponent : longest) - 1);
}

void isochronous_schedule(struct endpoint *ep, struct urb *u) {
  struct isochronous *iso = &ep->iso;
  isochronous_catch_up(ep);
  int64_t reachable = clock_now(ep->device) / interval(ep) + 1;
  if (!iso->begun) iso->first_slot = iso->next_slot = reachable;
  iso->begun = true;
  if (iso->next_slot < reachable) {
    // The queue is empty then: had it a URB, the end of that would lie ahead.
    iso->missed += (uint64_t)(reachable - iso->next_slot);
    iso->next_slot = reachable;
  }
  u->first_slot = iso->next_slot;
  iso->next_slot += u->packet_count;
}

void isochronous_withdrawn(struct urb *u) {
  struct endpoint *ep = u->endpoint;
  const int64_t rest = u->packet_count - u->packets_done;
  for (struct list *n = u->queue.next; n != &ep->queue; n = n->next)
    LIST_OWNER(n, struct urb, queue)->first_slot -= rest;
  ep->iso.next_slot -= rest;
  timer_start(&ep->iso.due, 0);  // who is next, and when, is seen to once it is out of the queue
}

static void wait_for_next(struct endpoint *ep) {
  const struct device *d = ep->device;
  if (list_empty(&ep->queue) || d->clock_stopped >= 0) {
    timer_stop(&ep->iso.due);
    return;
  }
  const struct urb *u = LIST_OWNER(ep->queue.next, struct urb, queue);
  // Clients see whole URBs only; but a fault may unplug the device in the middle of one.
  uint32_t packet = list_empty(&d->faults) ? u->packet_count - 1 : u->packets_done;
  timer_start(&ep->iso.due, clock_time(d, (u->first_slot + packet) * interval(ep)));
}

void isochronous_serve(struct endpoint *ep) {
  const int64_t now = clock_now(ep->device) / interval(ep);
  while (!list_empty(&ep->queue)) {
    struct urb *u = LIST_OWNER(ep->queue.next, struct urb, queue);
    while (u->packets_done < u->packet_count && u->first_slot + u->packets_done <= now)
      if (!isochronous_packet(ep, u)) return;  // unplugged, and the URB with it
    if (u->packets_done < u->packet_count) break;
    urb_complete(u, 0);
  }
  wait_for_next(ep);
}

// What loops back to an IN endpoint comes before what that sends.
static void catch_up_senders(struct endpoint *to) {
  for (int i = 1; i < 16; i++) {
    struct endpoint *from = &to->device->endpoints[i];
    if (from->role == ROLE_LOOPBACK && from->loop_to == to->address) isochronous_catch_up(from);
  }
}

void isochronous_catch_up(struct endpoint *ep) {
  if (list_empty(&ep->queue) || !LIST_OWNER(ep->queue.next, struct urb, queue)->packets) return;
  if (ep->address & 0x80) catch_up_senders(ep);
  endpoint_run(ep);
}

static void due(struct timer *t) { isochronous_catch_up(LIST_OWNER(t, struct endpoint, iso.due)); }

void isochronous_init(struct endpoint *ep) {
  timer_init(&ep->iso.due, due);
  list_init(&ep->iso.recorded);
}

void isochronous_free(struct endpoint *ep) {
  timer_stop(&ep->iso.due);
  free(ep->iso.lengths);
  ep->iso.lengths = 0;
  isochronous_forget(ep);
}
