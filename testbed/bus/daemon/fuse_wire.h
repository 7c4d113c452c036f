// Answers to the kernel over /dev/fuse.
#pragma once
#include <stddef.h>
#include <stdint.h>

void fuse_wire_open(int fd);
int fuse_wire_fd(void);
// `error` is 0 or a negative errno.
void fuse_reply(uint64_t unique, int error, const void *data, size_t length);
void fuse_reply_ioctl(uint64_t unique, int result, const void *data, size_t length);
// Makes the kernel ask again what a file that somebody polls is ready for.
void fuse_notify_poll(uint64_t handle);
