#pragma once
#include <stdint.h>

// The finalizer of MurmurHash3, as the README says: tests do the same sum to know what comes.
static inline uint32_t scramble(uint32_t n) {
  n = (n ^ n >> 16) * 0x85ebca6bu;
  n = (n ^ n >> 13) * 0xc2b2ae35u;
  return n ^ n >> 16;
}
