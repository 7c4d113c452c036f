#include "filesystem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "device.h"
#include "fuse_wire.h"
#include "usbfs.h"

// A node's number: 1 for the root, the bus number above this for a folder, and below it bus and address for a
// device.
enum { kRoot = 1, kBusFolder = 0x10000, kDeviceNode = 0x20000 };

static uint64_t node_of(const struct device *d) { return kDeviceNode | (uint64_t)d->bus << 8 | d->address; }

static struct device *device_of(uint64_t node) {
  return node & kDeviceNode ? device_at((int)(node >> 8 & 255), (int)(node & 255)) : 0;
}

static bool bus_exists(int bus) {
  for (struct list *n = plugged_devices.next; n != &plugged_devices; n = n->next)
    if (LIST_OWNER(n, struct device, node)->bus == bus) return true;
  return false;
}

static int attributes(uint64_t node, struct fuse_attr *a) {
  memset(a, 0, sizeof *a);
  a->ino = node;
  a->nlink = 1;
  a->blksize = 4096;
  if (node == kRoot || node & kBusFolder) {
    a->mode = S_IFDIR | 0755;
    a->nlink = 2;
    return 0;
  }
  struct device *d = device_of(node);
  if (!d) return -ENOENT;
  // A character device would be opened by the kernel's driver of that number, not by this file system.
  a->mode = S_IFREG | d->mode;
  a->uid = d->uid;
  a->gid = d->gid;
  a->size = d->raw_length;
  return 0;
}

static void lookup(const struct fuse_in_header *h, const char *name) {
  struct fuse_entry_out out = {0};
  char *end;
  long number = strtol(name, &end, 10);
  int result = -ENOENT;
  if (!*end && strlen(name) == 3) {
    if (h->nodeid == kRoot && bus_exists((int)number)) out.nodeid = kBusFolder | (uint64_t)number;
    struct device *d = h->nodeid & kBusFolder ? device_at((int)(h->nodeid & 255), (int)number) : 0;
    if (d) out.nodeid = node_of(d);
  }
  if (out.nodeid) result = attributes(out.nodeid, &out.attr);
  // Nothing is cached: a device may be gone at the next look.
  fuse_reply(h->unique, result, &out, result ? 0 : sizeof out);
}

static void get_attributes(const struct fuse_in_header *h) {
  struct fuse_attr_out out = {0};
  int result = attributes(h->nodeid, &out.attr);
  fuse_reply(h->unique, result, &out, result ? 0 : sizeof out);
}

static void set_attributes(const struct fuse_in_header *h, const struct fuse_setattr_in *in) {
  struct device *d = device_of(h->nodeid);
  if (d && in->valid & FATTR_MODE) d->mode = in->mode & 0777;
  if (d && in->valid & FATTR_UID) d->uid = in->uid;
  if (d && in->valid & FATTR_GID) d->gid = in->gid;
  get_attributes(h);
}

static size_t add_entry(char *to, size_t at, size_t room, uint64_t node, const char *name, uint64_t offset) {
  size_t length = strlen(name), size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + length);
  if (at + size > room) return 0;
  struct fuse_dirent *e = (struct fuse_dirent *)(to + at);
  memset(e, 0, size);
  e->ino = node;
  e->off = offset;
  e->namelen = (uint32_t)length;
  e->type = node & kDeviceNode ? DT_REG : DT_DIR;
  memcpy(e->name, name, length);
  return size;
}

static void read_folder(const struct fuse_in_header *h, const struct fuse_read_in *in) {
  char out[4096], name[16];
  size_t n = 0, room = in->size < sizeof out ? in->size : sizeof out;
  bool root = h->nodeid == kRoot;
  // The offset is the number of the entry before, so a folder that changes meanwhile skips and repeats
  // nothing.
  for (int number = (int)in->offset + 1; number < 256; number++) {
    struct device *d = root ? 0 : device_at((int)(h->nodeid & 255), number);
    if (root ? !bus_exists(number) : !d) continue;
    snprintf(name, sizeof name, "%03d", number);
    uint64_t node = root ? kBusFolder | (uint64_t)number : node_of(d);
    size_t added = add_entry(out, n, room, node, name, (uint64_t)number);
    if (!added) break;
    n += added;
  }
  fuse_reply(h->unique, 0, out, n);
}

static void open_node(const struct fuse_in_header *h, const struct fuse_open_in *in) {
  struct device *d = device_of(h->nodeid);
  struct fuse_open_out out = {.open_flags = FOPEN_DIRECT_IO};
  if (d) out.fh = (uint64_t)file_open(d, (in->flags & O_ACCMODE) != O_RDONLY);
  fuse_reply(h->unique, d ? 0 : -ENODEV, &out, d ? sizeof out : 0);
}

static void read_node(const struct fuse_in_header *h, const struct fuse_read_in *in) {
  const struct device *d = ((struct file *)in->fh)->device;
  if (d->gone) {
    fuse_reply(h->unique, -ENODEV, 0, 0);
    return;
  }
  size_t from = in->offset < d->raw_length ? in->offset : d->raw_length;
  size_t n = d->raw_length - from < in->size ? d->raw_length - from : in->size;
  fuse_reply(h->unique, 0, d->raw + from, n);
}

static void init(const struct fuse_in_header *h, const struct fuse_init_in *in) {
  struct fuse_init_out out = {.major = 7,
                              .minor = 31,
                              .max_readahead = in->max_readahead,
                              .max_write = 4096,
                              .max_background = 64,
                              .congestion_threshold = 48};
  fuse_reply(h->unique, 0, &out, sizeof out);
}

void filesystem_serve(const void *request) {
  const struct fuse_in_header *h = request;
  const void *in = h + 1;
  struct fuse_open_out folder = {0};
  struct fuse_statfs_out statistics = {.st = {.bsize = 4096, .namelen = 255}};
  switch (h->opcode) {
    case FUSE_IOCTL:
      usbfs_ioctl(h, in, (struct file *)((const struct fuse_ioctl_in *)in)->fh);
      break;
    case FUSE_POLL:
      usbfs_poll(h, in, (struct file *)((const struct fuse_poll_in *)in)->fh);
      break;
    case FUSE_INTERRUPT:
      usbfs_interrupt(((const struct fuse_interrupt_in *)in)->unique);
      break;
    case FUSE_INIT:
      init(h, in);
      break;
    case FUSE_LOOKUP:
      lookup(h, in);
      break;
    case FUSE_GETATTR:
      get_attributes(h);
      break;
    case FUSE_SETATTR:
      set_attributes(h, in);
      break;
    case FUSE_OPEN:
      open_node(h, in);
      break;
    case FUSE_READ:
      read_node(h, in);
      break;
    case FUSE_RELEASE:
      file_close((struct file *)((const struct fuse_release_in *)in)->fh);
      fuse_reply(h->unique, 0, 0, 0);
      break;
    case FUSE_OPENDIR:
      fuse_reply(h->unique, 0, &folder, sizeof folder);
      break;
    case FUSE_READDIR:
      read_folder(h, in);
      break;
    case FUSE_RELEASEDIR:
      fuse_reply(h->unique, 0, 0, 0);
      break;
    case FUSE_STATFS:
      fuse_reply(h->unique, 0, &statistics, sizeof statistics);
      break;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
      break;
    default:
      fuse_reply(h->unique, -ENOSYS, 0, 0);
  }
}
