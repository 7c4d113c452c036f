// The memory of the process whose ioctl is being answered. usbfs passes pointers, and FUSE hands over only
// what the ioctl's number announces, which for URBs is the wrong half.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

bool client_read(uint32_t pid, uint64_t address, void *to, size_t length);
bool client_write(uint32_t pid, uint64_t address, const void *from, size_t length);
// Writes the pieces of `from` to the places of `to`, in one system call.
bool client_write_pieces(uint32_t pid, const struct iovec *from, const struct iovec *to, int count);
