#include "usbfs.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "claims.h"
#include "client_memory.h"
#include "control_request.h"
#include "device.h"
#include "fuse_wire.h"
#include "isochronous.h"
#include "submit.h"
#include "urb.h"

// Source: enum usb_device_speed in linux/usb/ch9.h.
static int speed_number(const struct device *d) {
  static const struct {
    const char *text;
    int number;
  } speeds[] = {{"1.5", 1}, {"12", 2}, {"480", 3}, {"5000", 5}, {"10000", 6}, {"20000", 6}};
  for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++)
    if (!strcmp(speeds[i].text, d->speed)) return speeds[i].number;
  return 0;
}

struct file *file_open(struct device *d, bool writable) {
  struct file *f = calloc(1, sizeof *f);
  f->device = d;
  f->writable = writable;
  list_init(&f->completed);
  list_init(&f->waiters);
  for (int i = 0; i < kUrbBuckets; i++) list_init(&f->buckets[i]);
  list_insert_before(&d->files, &f->node);
  d->references++;
  d->opens++;
  return f;
}

void file_close(struct file *f) {
  struct device *d = f->device;
  urb_discard(d, f, -1, -ENOENT);
  for (unsigned i = 0; i < kInterfaceSlots; i++)
    if (d->interfaces[i].claimed_by == f) device_release(d, i);
  while (!list_empty(&f->completed)) {
    struct urb *u = LIST_OWNER(f->completed.next, struct urb, queue);
    list_remove(&u->queue);
    urb_free(u);
  }
  list_remove(&f->node);
  device_unreference(d);
  free(f);
}

void usbfs_poll(const struct fuse_in_header *header, const struct fuse_poll_in *in, struct file *f) {
  struct fuse_poll_out out = {0};
  if (f->writable && !list_empty(&f->completed)) out.revents |= POLLOUT | POLLWRNORM;
  if (f->device->gone) out.revents |= POLLHUP | POLLERR;
  if (!out.revents && in->flags & FUSE_POLL_SCHEDULE_NOTIFY) {
    f->poll_wanted = true;
    f->poll_handle = in->kh;
  }
  fuse_reply(header->unique, 0, &out, sizeof out);
}

static int discard(struct file *f, uint64_t user_urb) {
  struct urb *u = urb_find(f, user_urb);
  if (u && u->packets) {
    isochronous_catch_up(u->endpoint);
    u = urb_find(f, user_urb);  // it may just have ended
  }
  if (!u) return -EINVAL;
  struct endpoint *ep = u->endpoint;
  urb_complete(u, -ENOENT);
  endpoint_run(ep);
  return 0;
}

static int connect_info(const struct device *d, uint32_t pid, uint64_t to) {
  struct usbdevfs_connectinfo info = {.devnum = d->address, .slow = speed_number(d) == 1};
  return client_write(pid, to, &info, sizeof info) ? 0 : -EFAULT;
}

static int connect_info_ex(const struct device *d, uint32_t pid, uint64_t to, size_t size) {
  struct usbdevfs_conninfo_ex info = {
      .size = sizeof info, .busnum = d->bus, .devnum = d->address, .speed = (uint32_t)speed_number(d)};
  char *at = (char *)d->ports;
  while (*at && strcmp(d->ports, "0") && info.num_ports < 7) {
    info.ports[info.num_ports++] = (uint8_t)strtol(at, &at, 10);
    if (*at == '.') at++;
  }
  return client_write(pid, to, &info, size < sizeof info ? size : sizeof info) ? 0 : -EFAULT;
}

static int capabilities(uint32_t pid, uint64_t to) {
  uint32_t all = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                 USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_REAP_AFTER_DISCONNECT |
                 USBDEVFS_CAP_CONNINFO_EX;
  return client_write(pid, to, &all, sizeof all) ? 0 : -EFAULT;
}

static void wait_for_urb(const struct fuse_in_header *header, uint64_t argument, struct file *f) {
  if (f->device->gone) {
    fuse_reply_ioctl(header->unique, -ENODEV, 0, 0);
    return;
  }
  struct waiter *w = calloc(1, sizeof *w);
  *w = (struct waiter){.unique = header->unique, .pid = header->pid, .argument = argument};
  list_insert_before(&f->waiters, &w->node);
}

static bool interrupt_file(struct file *f, uint64_t unique) {
  for (struct list *n = f->waiters.next; n != &f->waiters; n = n->next) {
    struct waiter *w = LIST_OWNER(n, struct waiter, node);
    if (w->unique != unique) continue;
    list_remove(n);
    free(w);
    fuse_reply_ioctl(unique, -EINTR, 0, 0);
    return true;
  }
  for (int i = 0; i < kUrbBuckets; i++) {
    for (struct list *n = f->buckets[i].next; n != &f->buckets[i]; n = n->next) {
      struct urb *u = LIST_OWNER(n, struct urb, bucket);
      if (u->unique != unique) continue;
      struct endpoint *ep = u->endpoint;
      urb_complete(u, -EINTR);
      endpoint_run(ep);
      return true;
    }
  }
  return false;
}

void usbfs_interrupt(uint64_t unique) {
  for (struct list *n = plugged_devices.next; n != &plugged_devices; n = n->next) {
    struct device *d = LIST_OWNER(n, struct device, node);
    for (struct list *m = d->files.next; m != &d->files; m = m->next)
      if (interrupt_file(LIST_OWNER(m, struct file, node), unique)) return;
  }
}

// The ioctls that answer at once with a number.
static int simple(unsigned number, size_t size, uint32_t pid, uint64_t argument, struct file *f) {
  struct device *d = f->device;
  switch (number) {
    case _IOC_NR(USBDEVFS_GET_CAPABILITIES):
      return capabilities(pid, argument);
    case _IOC_NR(USBDEVFS_CLAIMINTERFACE):
      return claims_claim(f, pid, argument);
    case _IOC_NR(USBDEVFS_RELEASEINTERFACE):
      return claims_release(f, pid, argument);
    case _IOC_NR(USBDEVFS_SETINTERFACE):
      return claims_set_interface(f, pid, argument);
    case _IOC_NR(USBDEVFS_SETCONFIGURATION):
      return claims_set_configuration(f, pid, argument);
    case _IOC_NR(USBDEVFS_CLEAR_HALT):
      return claims_clear_halt(f, pid, argument, true);
    case _IOC_NR(USBDEVFS_RESETEP):
      return claims_clear_halt(f, pid, argument, false);
    case _IOC_NR(USBDEVFS_RESET):
      device_reset(d);
      return 0;
    case _IOC_NR(USBDEVFS_IOCTL):
      return claims_driver_ioctl(f, pid, argument);
    case _IOC_NR(USBDEVFS_DISCONNECT_CLAIM):
      return claims_disconnect_claim(f, pid, argument);
    case _IOC_NR(USBDEVFS_GETDRIVER):
      return claims_get_driver(f, pid, argument);
    case _IOC_NR(USBDEVFS_CONNECTINFO):
      return connect_info(d, pid, argument);
    case 32:  // USBDEVFS_CONNINFO_EX(length)
      return connect_info_ex(d, pid, argument, size);
    case _IOC_NR(USBDEVFS_GET_SPEED):
      return speed_number(d);
    case _IOC_NR(USBDEVFS_DISCARDURB):
      return discard(f, argument);
    default:
      return -ENOTTY;
  }
}

void usbfs_ioctl(const struct fuse_in_header *header, const struct fuse_ioctl_in *in, struct file *f) {
  unsigned number = _IOC_NR(in->cmd);
  uint64_t unique = header->unique;
  int result;
  if (_IOC_TYPE(in->cmd) != 'U') {
    fuse_reply_ioctl(unique, -ENOTTY, 0, 0);
    return;
  }
  if (!f->writable) {
    fuse_reply_ioctl(unique, -EPERM, 0, 0);
    return;
  }
  switch (number) {
    case _IOC_NR(USBDEVFS_REAPURB):
    case _IOC_NR(USBDEVFS_REAPURBNDELAY):
      result = urb_reap(f, header->pid, in->arg);
      if (result == -EAGAIN && number == _IOC_NR(USBDEVFS_REAPURB)) {
        wait_for_urb(header, in->arg, f);
        return;
      }
      if (result == -EAGAIN && f->device->gone) result = -ENODEV;
      break;
    case _IOC_NR(USBDEVFS_SUBMITURB):
      result = f->device->gone ? -ENODEV : submit_urb(f, header->pid, in->arg);
      break;
    case _IOC_NR(USBDEVFS_CONTROL):
    case _IOC_NR(USBDEVFS_BULK):
      result = -ENODEV;
      if (!f->device->gone)
        result = number == _IOC_NR(USBDEVFS_BULK) ? submit_bulk(f, header->pid, in->arg, unique)
                                                  : submit_control(f, header->pid, in->arg, unique);
      if (result == 0) return;  // answered when the transfer has ended
      break;
    default:
      result = f->device->gone ? -ENODEV : simple(number, _IOC_SIZE(in->cmd), header->pid, in->arg, f);
  }
  fuse_reply_ioctl(unique, result, 0, 0);
}
