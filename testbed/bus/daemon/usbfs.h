// The ioctls of a usbfs file, as drivers/usb/core/devio.c of Linux answers them.
#pragma once
#include <linux/fuse.h>

#include "model.h"

struct file *file_open(struct device *d, bool writable);
void file_close(struct file *f);
void usbfs_ioctl(const struct fuse_in_header *header, const struct fuse_ioctl_in *in, struct file *f);
void usbfs_poll(const struct fuse_in_header *header, const struct fuse_poll_in *in, struct file *f);
// The asking thread got a signal: an ioctl that waits ends with EINTR.
void usbfs_interrupt(uint64_t unique);
