// Bytes that repeat only after 16 GiB: each little-endian word of 32 bits is its own number.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Writes the bytes that stand at `position` and behind it.
void word_pattern_fill(uint8_t *to, uint64_t position, size_t length);
// How many of the bytes are those that stand at `position` and behind it.
size_t word_pattern_match(const uint8_t *bytes, uint64_t position, size_t length);
