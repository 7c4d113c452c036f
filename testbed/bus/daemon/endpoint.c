#include "endpoint.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>

#include "control_request.h"
#include "device.h"
#include "faults.h"
#include "scramble.h"
#include "urb.h"
#include "word_pattern.h"

enum { kIsochronous = 1 };  // bmAttributes, USB 2.0 §9.6.6

enum { kPause = 300000 };  // ns that a source pauses in the middle of a URB

uint32_t endpoint_packet_size(const struct endpoint *ep) {
  const struct endpoint_descriptor *active = ep->device->active_endpoints[endpoint_slot(ep->address)];
  if (!active || !active->max_packet) return 64;
  return (active->attributes & 3) == kIsochronous ? active->per_interval : active->max_packet;
}

void endpoint_queue_packet(struct endpoint *ep, const uint8_t *bytes, uint32_t length) {
  struct packet *p = malloc(sizeof *p + length);
  p->length = length;
  if (length) memcpy(p->bytes, bytes, length);
  list_insert_before(&ep->packets, &p->node);
  ep->queued_bytes += length;
}

void endpoint_queue_message(struct endpoint *ep, const uint8_t *bytes, uint32_t length, bool end) {
  uint32_t size = endpoint_packet_size(ep), at = 0;
  do {
    uint32_t n = length - at < size ? length - at : size;
    endpoint_queue_packet(ep, bytes + at, n);
    at += n;
  } while (at < length);
  if (end && length && length % size == 0) endpoint_queue_packet(ep, bytes, 0);
  endpoint_run(ep);
}

void endpoint_drop_packets(struct endpoint *ep) {
  while (!list_empty(&ep->packets)) {
    struct packet *p = LIST_OWNER(ep->packets.next, struct packet, node);
    list_remove(&p->node);
    free(p);
  }
  ep->queued_bytes = 0;
}

static void next_report(struct timer *t) {
  struct endpoint *ep = LIST_OWNER(t, struct endpoint, report_timer);
  if (list_empty(&ep->reports)) return;
  // A device holds one report back, it does not pile them up while nobody asks.
  if (list_empty(&ep->packets)) {
    if (ep->next_report == &ep->reports) ep->next_report = ep->reports.next;
    struct packet *report = LIST_OWNER(ep->next_report, struct packet, node);
    ep->next_report = ep->next_report->next;
    endpoint_queue_message(ep, report->bytes, report->length, false);
  }
  timer_start(t, now_ns() + ep->report_interval * 1000);
}

void endpoint_start_reports(struct endpoint *ep) {
  timer_init(&ep->report_timer, next_report);
  ep->next_report = ep->reports.next;
  if (!list_empty(&ep->reports)) timer_start(&ep->report_timer, now_ns() + ep->report_interval * 1000);
}

static void own_data(struct urb *u) {
  if (u->data) return;
  u->data = malloc(u->length ? u->length : 1);
  u->owned = true;
}

// Bytes as a source sends them, numbered from the beginning of the transfer.
static void fill(struct endpoint *ep, uint8_t *to, uint32_t from, uint32_t until) {
  if (ep->pattern == PATTERN_WORDS) {
    word_pattern_fill(to + from, ep->progress.position, until - from);
    return;
  }
  uint32_t size = endpoint_packet_size(ep);
  for (uint32_t i = from; i < until; i++) {
    switch (ep->pattern) {
      case PATTERN_MOD63:
        to[i] = (uint8_t)(i % size % 63);
        break;
      case PATTERN_COUNTER:
        to[i] = (uint8_t)(ep->counter + i);
        break;
      case PATTERN_CONSTANT:
        to[i] = ep->constant;
        break;
      case PATTERN_WORDS:   // done above
      case PATTERN_FRAMES:  // those of isochronous packets; nothing else has one
        to[i] = 0;
        break;
    }
  }
}

// Lends bytes that are the same for each transfer: a megabyte a second must not cost a megabyte of filling.
static void lend(struct endpoint *ep, struct urb *u) {
  uint32_t size = endpoint_packet_size(ep);
  if (u->length > ep->ready_length || size != ep->ready_packet) {
    // URBs that are not yet reaped may hold the old bytes, so they are never freed; they at least double in
    // size.
    size_t length = ep->ready_length * 2 > u->length ? ep->ready_length * 2 : u->length;
    if (length < 65536) length = 65536;
    ep->ready_made = malloc(length);
    ep->ready_length = length;
    ep->ready_packet = size;
    fill(ep, ep->ready_made, 0, (uint32_t)length);
  }
  u->data = ep->ready_made;
}

static void source_bytes(struct endpoint *ep, struct urb *u, uint32_t until) {
  if (ep->pattern != PATTERN_COUNTER && ep->pattern != PATTERN_WORDS && !u->owned) {
    lend(ep, u);
  } else {
    own_data(u);
    fill(ep, u->data, u->actual, until);
    ep->counter += until - u->actual;
    ep->progress.position += until - u->actual;
  }
  u->actual = until;
}

static void draw(struct endpoint *ep, struct urb *u) {
  const struct chance *c = &ep->chance;
  const uint32_t dice = scramble(c->seed + ep->progress.drawn++), share = dice % 100;
  const uint32_t somewhere = u->length ? (dice >> 8) % u->length : 0, size = endpoint_packet_size(ep);
  u->drawn = true;
  u->until = share < c->short_share ? somewhere : u->length;
  if (u->until == u->length && share < c->short_share + c->pause_share) u->pause_at = somewhere / size * size;
}

// A URB that pauses holds bytes while it waits: who discards it then still gets them.
static bool serve_by_chance(struct endpoint *ep, struct urb *u) {
  if (!u->drawn) draw(ep, u);
  if (u->pause_at) {
    source_bytes(ep, u, u->pause_at);
    u->pause_at = 0;
    u->ready = false;
    timer_start(&u->service, now_ns() + kPause);
    return false;
  }
  source_bytes(ep, u, u->until);
  urb_complete(u, 0);
  return true;
}

static bool serve_source(struct endpoint *ep, struct urb *u) {
  uint32_t size = endpoint_packet_size(ep);
  if ((ep->chance.short_share || ep->chance.pause_share) && u->length % size == 0)
    return serve_by_chance(ep, u);
  if (ep->message && ep->message < u->length) {
    source_bytes(ep, u, ep->message);
    if (ep->message % size) urb_complete(u, 0);
    return ep->message % size != 0;
  }
  source_bytes(ep, u, u->length);
  // The device sends whole packets; the last one does not fit what is left of the buffer.
  bool babble = u->length % size && ep->message != u->length;
  urb_complete(u, babble ? -EOVERFLOW : 0);
  return true;
}

static void packets_taken(struct endpoint *ep) {
  struct device *d = ep->device;
  for (int i = 0; i < kEndpointSlots; i++)
    if (d->endpoints[i].role == ROLE_LOOPBACK && d->endpoints[i].loop_to == ep->address)
      endpoint_run(&d->endpoints[i]);
}

// Moves one packet into the URB. Returns whether that ended it.
static bool receive_packet(struct endpoint *ep, struct urb *u) {
  struct packet *p = LIST_OWNER(ep->packets.next, struct packet, node);
  uint32_t room = u->length - u->actual, n = p->length < room ? p->length : room;
  bool overflow = p->length > room;
  bool last = p->length < endpoint_packet_size(ep) || u->actual + n == u->length;
  own_data(u);
  memcpy(u->data + u->actual, p->bytes, n);
  u->actual += n;
  ep->queued_bytes -= p->length;
  list_remove(&p->node);
  free(p);
  if (overflow || last) urb_complete(u, overflow ? -EOVERFLOW : 0);
  return overflow || last;
}

static bool serve_queue(struct endpoint *ep, struct urb *u) {
  bool completed = false;
  while (!completed && !list_empty(&ep->packets)) {
    completed = receive_packet(ep, u);
    packets_taken(ep);
  }
  return completed;
}

static void take(struct endpoint *ep, const struct urb *u) {
  ep->last_length = u->actual < sizeof ep->last ? u->actual : sizeof ep->last;
  memcpy(ep->last, u->data, ep->last_length);
  if (ep->pattern != PATTERN_WORDS) return;
  struct progress *p = &ep->progress;
  const size_t right = p->wrong ? 0 : word_pattern_match(u->data, p->position, u->actual);
  if (!p->wrong && right < u->actual) {
    p->wrong = true;
    p->first_wrong = p->position + right;
  }
  p->position += u->actual;
}

static bool serve_out(struct endpoint *ep, struct urb *u) {
  if (ep->role == ROLE_QUEUE) return false;
  if (ep->role == ROLE_LOOPBACK) {
    struct endpoint *to = device_endpoint(ep->device, ep->loop_to);
    if (to->queued_bytes && to->queued_bytes + u->length > to->capacity) return false;
    u->actual = u->length;
    bool zlp = u->flags & USBDEVFS_URB_ZERO_PACKET;
    // Queued before the completion is told, so that a read that follows finds it.
    endpoint_queue_message(to, u->data, u->length, zlp);
  }
  u->actual = u->length;
  if (ep->role == ROLE_SINK) take(ep, u);
  urb_complete(u, 0);
  return true;
}

static bool serve_control(struct urb *u) {
  const uint8_t *in = 0;
  int result = control_request(u->file->device, u->setup, u->data, &in);
  if (result < 0) {
    urb_complete(u, result);
    return true;
  }
  u->actual = (uint32_t)result;
  if (u->has_limit && u->limit < u->actual) u->actual = u->limit;
  if (u->in && u->actual) {
    own_data(u);
    memcpy(u->data, in, u->actual);
  }
  urb_complete(u, 0);
  return true;
}

// Sends exactly `n` bytes of what the endpoint would send, or nothing but zeros if it has nothing to send.
static void send_exactly(struct endpoint *ep, struct urb *u, uint32_t n) {
  if (n > u->length) n = u->length;
  if (!u->in) {
    u->actual = n;
    if (ep->role == ROLE_SINK) take(ep, u);
    return;
  }
  own_data(u);
  if (ep->role == ROLE_SOURCE) {
    source_bytes(ep, u, n);
    return;
  }
  memset(u->data, 0, n);
  u->actual = n;
}

enum outcome { GO_ON, COMPLETED, WAITS };

static enum outcome apply(const struct fault *f, struct endpoint *ep, struct urb *u) {
  uint32_t amount = f->amount > 0 ? (uint32_t)f->amount : 0;
  switch (f->action) {
    case FAULT_STALL:
      // Endpoint 0 takes the next setup packet all the same.
      ep->halted = (ep->address & 15) != 0;
      urb_complete(u, -EPIPE);
      return COMPLETED;
    case FAULT_ERROR:
      urb_complete(u, -(int)f->amount);
      return COMPLETED;
    case FAULT_DELAY:
      u->ready = false;
      timer_start(&u->service, now_ns() + f->amount * 1000);
      return WAITS;
    case FAULT_SILENT:
      u->mute = true;
      return WAITS;
    case FAULT_SHORT:
      if ((ep->address & 15) == 0) {
        u->limit = amount;
        u->has_limit = true;
        return GO_ON;
      }
      send_exactly(ep, u, amount);
      urb_complete(u, 0);
      return COMPLETED;
    case FAULT_LONG:
      send_exactly(ep, u, u->length);
      urb_complete(u, -EOVERFLOW);
      return COMPLETED;
    case FAULT_PARTIAL:
      send_exactly(ep, u, amount);
      u->mute = true;
      return WAITS;
    case FAULT_UNPLUG:
      device_unplug(ep->device);
      return COMPLETED;
    case FAULT_MISSED:
      break;
  }
  return GO_ON;
}

bool endpoint_serve(struct endpoint *ep, struct urb *u) {
  struct device *d = ep->device;
  if (ep->halted) {
    urb_complete(u, -EPIPE);
    return true;
  }
  if (!u->faulted && !list_empty(&d->faults)) {
    const struct fault *f = fault_take(d, ep->address, u->setup);
    if (f) {
      u->faulted = true;
      enum outcome o = apply(f, ep, u);
      if (o != GO_ON) return o == COMPLETED;
    }
  }
  if ((ep->address & 15) == 0) return serve_control(u);
  if (!u->in) return serve_out(ep, u);
  return ep->role == ROLE_SOURCE ? serve_source(ep, u) : serve_queue(ep, u);
}
