#define _GNU_SOURCE
#include "client_memory.h"

bool client_read(uint32_t pid, uint64_t address, void *to, size_t length) {
  if (!length) return true;
  struct iovec here = {to, length}, there = {(void *)address, length};
  return process_vm_readv((pid_t)pid, &here, 1, &there, 1, 0) == (ssize_t)length;
}

bool client_write(uint32_t pid, uint64_t address, const void *from, size_t length) {
  if (!length) return true;
  struct iovec here = {(void *)from, length}, there = {(void *)address, length};
  return client_write_pieces(pid, &here, &there, 1);
}

bool client_write_pieces(uint32_t pid, const struct iovec *from, const struct iovec *to, int count) {
  size_t total = 0;
  for (int i = 0; i < count; i++) total += to[i].iov_len;
  return process_vm_writev((pid_t)pid, from, (size_t)count, to, (size_t)count, 0) == (ssize_t)total;
}
