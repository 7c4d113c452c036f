#include "submit.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "client_memory.h"
#include "control_request.h"
#include "isochronous.h"
#include "urb.h"

enum { kControl = 0, kIsochronous = 1, kBulk = 2, kInterrupt = 3 };  // bmAttributes, USB 2.0 §9.6.6

// Largest transfer. Source: USBFS_XFER_MAX in devio.c.
enum { kTransferMax = 2147483647 - 1000000 };

// Most packets of an isochronous URB, and most bytes of one: 96 packets of 1024 bytes at SuperSpeedPlus.
// Source: proc_do_submiturb() in devio.c.
enum { kPacketsMax = 128, kPacketBytesMax = 98304 };

static bool take_data(struct urb *u, uint32_t pid) {
  if (u->in || !u->length) return true;
  u->data = malloc(u->length);
  u->owned = true;
  return client_read(pid, u->user_buffer, u->data, u->length);
}

static int start(struct urb *u, uint32_t pid) {
  int result = take_data(u, pid) ? 0 : -EFAULT;
  if (!result && u->packets) result = isochronous_check(u);
  if (result) {
    urb_free(u);
    return result;
  }
  urb_submit(u);
  return 0;
}

static int new_control(struct file *f, const uint8_t *setup, struct urb **u) {
  uint16_t index = (uint16_t)(setup[4] | setup[5] << 8), length = (uint16_t)(setup[6] | setup[7] << 8);
  int result = claims_check_recipient(f, setup[0], index);
  if (result) return result;
  *u = urb_new(f, device_endpoint(f->device, 0), length, 0);
  if (!*u) return -ENOMEM;
  memcpy((*u)->setup, setup, 8);
  (*u)->type = USBDEVFS_URB_TYPE_CONTROL;
  (*u)->in = setup[0] & 0x80 && length;
  return 0;
}

static int submit_control_urb(struct file *f, uint32_t pid, uint64_t at, const struct usbdevfs_urb *from) {
  uint8_t setup[8];
  struct urb *u;
  if (from->endpoint & 0x7f) return claims_interface_of(f->device, from->endpoint) < 0 ? -ENOENT : -EINVAL;
  if (from->buffer_length < 8) return -EINVAL;
  if (!client_read(pid, (uint64_t)from->buffer, setup, 8)) return -EFAULT;
  if (from->buffer_length < (setup[6] | setup[7] << 8) + 8) return -EINVAL;
  int result = new_control(f, setup, &u);
  if (result) return result;
  u->user_urb = at;
  u->user_buffer = (uint64_t)from->buffer + 8;
  u->flags = (uint8_t)from->flags;
  return start(u, pid);
}

// What the client says of the length of the buffer is not asked for: the packets say it.
static int new_isochronous(struct file *f, uint32_t pid, uint64_t at, const struct usbdevfs_urb *from,
                           struct urb **u) {
  struct usbdevfs_iso_packet_desc packets[kPacketsMax];
  if (from->number_of_packets < 1 || from->number_of_packets > kPacketsMax) return -EINVAL;
  uint32_t count = (uint32_t)from->number_of_packets, total = 0;
  size_t size = count * sizeof *packets;
  if (!client_read(pid, at + offsetof(struct usbdevfs_urb, iso_frame_desc), packets, size)) return -EFAULT;
  for (uint32_t i = 0; i < count; i++) {
    if (packets[i].length > kPacketBytesMax) return -EINVAL;
    total += packets[i].length;
    packets[i].actual_length = 0;
    packets[i].status = (unsigned)-EXDEV;  // as long as its frame has not come
  }
  *u = urb_new(f, device_endpoint(f->device, from->endpoint), total, count);
  if (!*u) return -ENOMEM;
  (*u)->packets = malloc(size);
  memcpy((*u)->packets, packets, size);
  if (from->endpoint & 0x80) {
    (*u)->data = calloc(1, total ? total : 1);
    (*u)->owned = true;
  }
  return 0;
}

int submit_urb(struct file *f, uint32_t pid, uint64_t argument) {
  struct usbdevfs_urb from;
  unsigned known = USBDEVFS_URB_SHORT_NOT_OK | USBDEVFS_URB_BULK_CONTINUATION | USBDEVFS_URB_NO_FSBR |
                   USBDEVFS_URB_ZERO_PACKET | USBDEVFS_URB_NO_INTERRUPT;
  if (!client_read(pid, argument, &from, sizeof from)) return -EFAULT;
  if (from.type == USBDEVFS_URB_TYPE_ISO) known |= USBDEVFS_URB_ISO_ASAP;
  if (from.flags & ~known || from.buffer_length < 0 || from.buffer_length >= kTransferMax) return -EINVAL;
  if (from.buffer_length > 0 && !from.buffer) return -EINVAL;
  if (from.type == USBDEVFS_URB_TYPE_CONTROL) return submit_control_urb(f, pid, argument, &from);

  int interface = claims_interface_of(f->device, from.endpoint);
  if (interface < 0) return interface;
  int result = claims_check(f, (unsigned)interface);
  if (result) return result;
  int kind = f->device->active_endpoints[endpoint_slot(from.endpoint)]->attributes & 3;
  struct urb *u;
  if (from.type == USBDEVFS_URB_TYPE_ISO) {
    result = kind == kIsochronous ? new_isochronous(f, pid, argument, &from, &u) : -EINVAL;
    if (result) return result;
  } else {
    bool fits = from.type == USBDEVFS_URB_TYPE_BULK
                    ? kind == kBulk || kind == kInterrupt
                    : from.type == USBDEVFS_URB_TYPE_INTERRUPT && kind == kInterrupt;
    if (!fits) return -EINVAL;
    u = urb_new(f, device_endpoint(f->device, from.endpoint), (uint32_t)from.buffer_length, 0);
    if (!u) return -ENOMEM;
  }
  u->user_urb = argument;
  u->user_buffer = (uint64_t)from.buffer;
  u->type = from.type;
  u->flags = (uint8_t)from.flags;
  u->in = from.endpoint & 0x80;
  u->interface = (uint8_t)interface;
  return start(u, pid);
}

static int start_synchronous(struct urb *u, uint32_t pid, uint64_t unique, uint64_t buffer,
                             uint32_t timeout) {
  u->unique = unique;
  u->pid = pid;
  u->user_buffer = buffer;
  if (timeout) timer_start(&u->timeout, now_ns() + timeout * 1000000LL);
  return start(u, pid);
}

int submit_control(struct file *f, uint32_t pid, uint64_t argument, uint64_t unique) {
  struct usbdevfs_ctrltransfer c;
  struct urb *u;
  if (!client_read(pid, argument, &c, sizeof c)) return -EFAULT;
  if (c.wLength > kControlBytes) return -EINVAL;
  uint8_t setup[8] = {c.bRequestType,     c.bRequest,
                      (uint8_t)c.wValue,  (uint8_t)(c.wValue >> 8),
                      (uint8_t)c.wIndex,  (uint8_t)(c.wIndex >> 8),
                      (uint8_t)c.wLength, (uint8_t)(c.wLength >> 8)};
  int result = new_control(f, setup, &u);
  return result ? result : start_synchronous(u, pid, unique, (uint64_t)c.data, c.timeout);
}

int submit_bulk(struct file *f, uint32_t pid, uint64_t argument, uint64_t unique) {
  struct usbdevfs_bulktransfer b;
  if (!client_read(pid, argument, &b, sizeof b)) return -EFAULT;
  int interface = claims_interface_of(f->device, b.ep);
  if (interface < 0) return interface;
  int result = claims_check(f, (unsigned)interface);
  if (result) return result;
  if (b.len >= kTransferMax) return -EINVAL;
  int kind = f->device->active_endpoints[endpoint_slot((uint8_t)b.ep)]->attributes & 3;
  if (kind != kBulk && kind != kInterrupt) return -EINVAL;
  struct urb *u = urb_new(f, device_endpoint(f->device, (uint8_t)b.ep), b.len, 0);
  if (!u) return -ENOMEM;
  u->type = USBDEVFS_URB_TYPE_BULK;
  u->in = b.ep & 0x80;
  u->interface = (uint8_t)interface;
  return start_synchronous(u, pid, unique, (uint64_t)b.data, b.timeout);
}
