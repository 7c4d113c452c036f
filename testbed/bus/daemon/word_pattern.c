#include "word_pattern.h"

#include <string.h>

static uint8_t byte_at(uint64_t position) { return (uint8_t)(position >> 2 >> 8 * (position & 3)); }

void word_pattern_fill(uint8_t *to, uint64_t position, size_t length) {
  size_t i = 0;
  for (; i < length && (position + i) % 4; i++) to[i] = byte_at(position + i);
  // Whole words, so that the compiler writes several at once.
  uint32_t word = (uint32_t)((position + i) >> 2);
  for (; i + 4 <= length; i += 4, word++) memcpy(to + i, &word, 4);
  for (; i < length; i++) to[i] = byte_at(position + i);
}

size_t word_pattern_match(const uint8_t *bytes, uint64_t position, size_t length) {
  uint8_t right[4096];
  for (size_t done = 0; done < length;) {
    size_t n = length - done < sizeof right ? length - done : sizeof right;
    word_pattern_fill(right, position + done, n);
    if (memcmp(bytes + done, right, n)) {
      for (size_t i = 0;; i++)
        if (bytes[done + i] != right[i]) return done + i;
    }
    done += n;
  }
  return length;
}
