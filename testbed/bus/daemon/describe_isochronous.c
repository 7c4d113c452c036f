#include "describe_isochronous.h"

#include <stdlib.h>
#include <string.h>

#include "faults.h"

// Words of one list: bytes, or the name of an error, separated by commas.
static const char *set_lengths(struct isochronous *iso, char *list) {
  uint32_t count = 1;
  for (const char *at = list; *at; at++) count += *at == ',';
  free(iso->lengths);
  iso->lengths = calloc(count, sizeof *iso->lengths);
  iso->length_count = count;
  for (uint32_t i = 0; i < count; i++) {
    const char *word = strsep(&list, ",");
    bool is_number = *word >= '0' && *word <= '9';
    iso->lengths[i] = is_number ? (int32_t)strtol(word, 0, 0) : -fault_error_number(word);
    if (!is_number && !iso->lengths[i]) return "isochronous: lengths are bytes and names of errors";
  }
  return 0;
}

static const char *set_random(struct isochronous *iso, char **words) {
  iso->random = true;
  iso->seed = (uint32_t)strtoul(words[0], 0, 0);
  iso->short_share = (uint32_t)strtoul(words[1], 0, 0);
  iso->empty_share = (uint32_t)strtoul(words[2], 0, 0);
  iso->failed_share = (uint32_t)strtoul(words[3], 0, 0);
  uint64_t sum = (uint64_t)iso->short_share + iso->empty_share + iso->failed_share;
  return sum > 100 ? "isochronous: short, empty and failed packets are more than 100 percent" : 0;
}

const char *describe_isochronous(struct endpoint *ep, char **words, int count) {
  const char *error = 0;
  for (int i = 0; i < count && !error; i++) {
    if (!strcmp(words[i], "each-transfer")) {
      ep->iso.per_transfer = true;
    } else if (!strcmp(words[i], "lengths") && i + 1 < count) {
      error = set_lengths(&ep->iso, words[++i]);
    } else if (!strcmp(words[i], "random") && i + 4 < count) {
      error = set_random(&ep->iso, words + i + 1);
      i += 4;
    } else if (!strcmp(words[i], "record") && i + 1 < count) {
      ep->iso.record_room = strtoul(words[++i], 0, 0);
    } else {
      error = "isochronous: unknown word, or words are missing behind it";
    }
  }
  return error;
}
