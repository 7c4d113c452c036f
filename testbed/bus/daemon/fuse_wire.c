#include "fuse_wire.h"

#include <linux/fuse.h>
#include <sys/uio.h>

static int wire = -1;

void fuse_wire_open(int fd) { wire = fd; }

int fuse_wire_fd(void) { return wire; }

// A write fails only if the asking process died meanwhile (ENOENT), which needs no action.
static void send(uint64_t unique, int error, struct iovec *v, int count) {
  struct fuse_out_header header = {.len = sizeof header, .error = error, .unique = unique};
  v[0] = (struct iovec){&header, sizeof header};
  for (int i = 1; i < count; i++) header.len += (uint32_t)v[i].iov_len;
  ssize_t written = writev(wire, v, count);
  (void)written;
}

void fuse_reply(uint64_t unique, int error, const void *data, size_t length) {
  struct iovec v[2] = {{0, 0}, {(void *)data, length}};
  send(unique, error, v, length ? 2 : 1);
}

void fuse_reply_ioctl(uint64_t unique, int result, const void *data, size_t length) {
  struct fuse_ioctl_out out = {.result = result};
  struct iovec v[3] = {{0, 0}, {&out, sizeof out}, {(void *)data, length}};
  send(unique, 0, v, length ? 3 : 2);
}

void fuse_notify_poll(uint64_t handle) {
  struct fuse_notify_poll_wakeup_out out = {handle};
  struct iovec v[2] = {{0, 0}, {&out, sizeof out}};
  send(0, FUSE_NOTIFY_POLL, v, 2);
}
