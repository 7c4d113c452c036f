#include "urb.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "client_memory.h"
#include "endpoint.h"
#include "fuse_wire.h"
#include "isochronous.h"

static size_t memory_limit = 16 << 20, memory_used;

// What a URB and each of its isochronous packets take besides the data. Source: struct
// usb_iso_packet_descriptor in linux/usb.h for the second.
enum { kUrbOverhead = 256, kPacketOverhead = 16 };

void urb_memory_limit(size_t bytes) { memory_limit = bytes; }

static struct list *bucket_of(struct file *f, uint64_t user_urb) {
  return &f->buckets[(user_urb >> 4 ^ user_urb >> 13) % kUrbBuckets];
}

static void service_due(struct timer *t) {
  struct urb *u = LIST_OWNER(t, struct urb, service);
  u->ready = true;
  endpoint_run(u->endpoint);
}

static void timed_out(struct timer *t) {
  struct urb *u = LIST_OWNER(t, struct urb, timeout);
  struct endpoint *ep = u->endpoint;
  urb_complete(u, -ETIMEDOUT);
  endpoint_run(ep);
}

struct urb *urb_new(struct file *f, struct endpoint *ep, uint32_t length, uint32_t packets) {
  size_t taken = length + kUrbOverhead + packets * kPacketOverhead;
  if (memory_used + taken > memory_limit) return 0;
  memory_used += taken;
  struct urb *u = calloc(1, sizeof *u);
  u->packet_count = packets;
  u->file = f;
  u->endpoint = ep;
  u->length = length;
  list_init(&u->queue);
  list_init(&u->bucket);
  timer_init(&u->service, service_due);
  timer_init(&u->timeout, timed_out);
  return u;
}

void urb_free(struct urb *u) {
  timer_stop(&u->service);
  timer_stop(&u->timeout);
  memory_used -= u->length + kUrbOverhead + u->packet_count * kPacketOverhead;
  if (u->owned) free(u->data);
  free(u->packets);
  free(u);
}

void urb_submit(struct urb *u) {
  struct endpoint *ep = u->endpoint;
  struct device *d = ep->device;
  if (u->packets) isochronous_schedule(ep, u);
  list_insert_before(&ep->queue, &u->queue);
  list_insert_before(bucket_of(u->file, u->user_urb), &u->bucket);
  u->file->pending++;
  ep->pending++;
  ep->submitted++;
  u->ready = true;
  if (!u->packets && (d->latency || d->bandwidth > 0)) {
    int64_t now = now_ns(), begin = ep->line_free > now ? ep->line_free : now;
    int64_t occupied = d->bandwidth > 0 ? (int64_t)(u->length * 1000.0 / d->bandwidth) : 0;
    ep->line_free = begin + occupied;
    u->ready = false;
    timer_start(&u->service, begin + occupied + d->latency * 1000);
  }
  endpoint_run(ep);
}

static void finish_synchronous(struct urb *u) {
  int result = u->status ? u->status : (int)u->actual;
  if (result >= 0 && u->in && u->actual && !client_write(u->pid, u->user_buffer, u->data, u->actual))
    result = -EFAULT;
  fuse_reply_ioctl(u->unique, result, 0, 0);
  urb_free(u);
}

static void count(struct urb *u, int status) {
  struct endpoint *ep = u->endpoint;
  ep->pending--;
  if (status == 0) {
    ep->transfers++;
    ep->bytes += u->actual;
  } else if (status == -ENOENT || status == -ETIMEDOUT) {
    ep->cancelled++;
    ep->bytes += u->actual;
  } else {
    ep->errors++;
  }
}

void urb_complete(struct urb *u, int status) {
  struct file *f = u->file;
  if (u->packets_done < u->packet_count) isochronous_withdrawn(u);
  list_remove(&u->queue);
  list_remove(&u->bucket);
  timer_stop(&u->service);
  timer_stop(&u->timeout);
  if (!status && u->in && !u->packets && u->flags & USBDEVFS_URB_SHORT_NOT_OK && u->actual < u->length)
    status = -EREMOTEIO;
  u->status = status;
  f->pending--;
  count(u, status);
  if (u->unique) {
    finish_synchronous(u);
    return;
  }
  list_insert_before(&f->completed, &u->queue);
  if (!list_empty(&f->waiters)) {
    struct waiter *w = LIST_OWNER(f->waiters.next, struct waiter, node);
    list_remove(&w->node);
    fuse_reply_ioctl(w->unique, urb_reap(f, w->pid, w->argument), 0, 0);
    free(w);
  } else if (f->poll_wanted) {
    f->poll_wanted = false;
    fuse_notify_poll(f->poll_handle);
  }
}

struct urb *urb_find(struct file *f, uint64_t user_urb) {
  struct list *bucket = bucket_of(f, user_urb);
  for (struct list *n = bucket->next; n != bucket; n = n->next) {
    struct urb *u = LIST_OWNER(n, struct urb, bucket);
    if (u->user_urb == user_urb && !u->unique) return u;
  }
  return 0;
}

int urb_reap(struct file *f, uint32_t pid, uint64_t argument) {
  if (list_empty(&f->completed)) return -EAGAIN;
  struct urb *u = LIST_OWNER(f->completed.next, struct urb, queue);
  list_remove(&u->queue);
  // As in the kernel, the client's memory is written when it reaps, not when the device answers.
  int actual = (int)u->actual, errors = (int)u->packets_failed, count = 4;
  const uint64_t at = u->user_urb;
  struct iovec from[6] = {{&u->status, 4}, {&actual, 4}, {&errors, 4}, {&u->user_urb, 8}};
  struct iovec to[6] = {{(void *)(at + offsetof(struct usbdevfs_urb, status)), 4},
                        {(void *)(at + offsetof(struct usbdevfs_urb, actual_length)), 4},
                        {(void *)(at + offsetof(struct usbdevfs_urb, error_count)), 4},
                        {(void *)argument, 8}};
  if (u->packets) {
    size_t size = u->packet_count * sizeof *u->packets;
    from[count] = (struct iovec){u->packets, size};
    to[count++] = (struct iovec){(void *)(at + offsetof(struct usbdevfs_urb, iso_frame_desc)), size};
  }
  if (u->in && u->actual) {
    // The holes behind short packets too, as zeros; nothing at all if no packet brought anything.
    size_t size = u->packets ? u->length : u->actual;
    from[count] = (struct iovec){u->data, size};
    to[count++] = (struct iovec){(void *)u->user_buffer, size};
  }
  bool written = client_write_pieces(pid, from, to, count);
  urb_free(u);
  return written ? 0 : -EFAULT;
}

void urb_discard(struct device *d, struct file *f, int interface, int status) {
  for (int i = 0; i < kEndpointSlots; i++) {
    struct list *queue = &d->endpoints[i].queue;
    isochronous_catch_up(&d->endpoints[i]);
    // Last first, as destroy_async() in devio.c and usb_hcd_flush_endpoint() in hcd.c.
    for (struct list *n = queue->prev, *next; n != queue; n = next) {
      next = n->prev;
      struct urb *u = LIST_OWNER(n, struct urb, queue);
      if (f && u->file != f) continue;
      if (interface >= 0 && (i % 16 == 0 || u->interface != interface)) continue;
      urb_complete(u, status);
    }
  }
}

void endpoint_run(struct endpoint *ep) {
  // Completing a transfer of one end of a loopback can make the other end run, and that one this.
  if (ep->running) return;
  ep->running = true;
  while (!list_empty(&ep->queue)) {
    struct urb *u = LIST_OWNER(ep->queue.next, struct urb, queue);
    if (u->packets) {
      isochronous_serve(ep);
      break;
    }
    if (!u->ready || u->mute || !endpoint_serve(ep, u)) break;
  }
  ep->running = false;
}
