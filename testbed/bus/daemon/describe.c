#include "describe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe_isochronous.h"
#include "descriptors.h"
#include "endpoint.h"
#include "faults.h"
#include "isochronous.h"
#include "urb.h"

enum { kWords = 24 };

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

uint8_t *describe_hex(const char *word, size_t *length) {
  size_t n = strcmp(word, "-") ? strlen(word) : 0;
  if (n % 2) return 0;
  uint8_t *bytes = malloc(n / 2 + 1);
  for (size_t i = 0; i < n; i += 2) {
    int high = digit(word[i]), low = digit(word[i + 1]);
    if (high < 0 || low < 0) {
      free(bytes);
      return 0;
    }
    bytes[i / 2] = (uint8_t)(high << 4 | low);
  }
  *length = n / 2;
  return bytes;
}

static long number(const char *word) { return strtol(word, 0, 0); }

static struct packet *hex_packet(const char *word) {
  size_t length;
  uint8_t *bytes = describe_hex(word, &length);
  if (!bytes) return 0;
  struct packet *p = malloc(sizeof *p + length);
  p->length = (uint32_t)length;
  memcpy(p->bytes, bytes, length);
  free(bytes);
  return p;
}

static const char *set_configuration(struct device *d, const char *word) {
  if (d->configuration_count == kConfigurationSlots) return "more than 16 configurations";
  struct configuration *c = &d->configurations[d->configuration_count++];
  c->bytes = describe_hex(word, &c->length);
  if (!c->bytes) return "configuration: not hex";
  configuration_parse(c);
  return 0;
}

static const char *set_string(struct device *d, char **w) {
  size_t length;
  uint8_t *bytes = describe_hex(w[3], &length);
  if (!bytes) return "string: not hex";
  struct string_descriptor *s = malloc(sizeof *s + length);
  s->index = (uint8_t)number(w[1]);
  s->langid = (uint16_t)strtol(w[2], 0, 16);
  s->length = length;
  memcpy(s->bytes, bytes, length);
  free(bytes);
  list_insert_before(&d->strings, &s->node);
  return 0;
}

static const char *set_source(struct device *d, char **w, int count) {
  struct endpoint *ep = device_endpoint(d, (uint8_t)number(w[1]));
  if (!(ep->address & 0x80)) return "source: not an IN endpoint";
  ep->role = ROLE_SOURCE;
  for (int i = 2; i < count; i++) {
    if (!strcmp(w[i], "mod63")) {
      ep->pattern = PATTERN_MOD63;
    } else if (!strcmp(w[i], "counter")) {
      ep->pattern = PATTERN_COUNTER;
    } else if (!strcmp(w[i], "frames")) {
      ep->pattern = PATTERN_FRAMES;
    } else if (!strcmp(w[i], "words")) {
      ep->pattern = PATTERN_WORDS;
    } else if (!strcmp(w[i], "chance") && i + 3 < count) {
      ep->chance =
          (struct chance){(uint32_t)number(w[i + 1]), (uint32_t)number(w[i + 2]), (uint32_t)number(w[i + 3])};
      i += 3;
    } else if (!strcmp(w[i], "constant") && i + 1 < count) {
      ep->pattern = PATTERN_CONSTANT;
      ep->constant = (uint8_t)number(w[++i]);
    } else if (!strcmp(w[i], "message") && i + 1 < count) {
      ep->message = (uint32_t)number(w[++i]);
    } else {
      return "source: unknown pattern";
    }
  }
  return 0;
}

static const char *set_answer(struct device *d, char **w, int count) {
  size_t length = 0;
  uint8_t *bytes = 0;
  bool stall = !strcmp(w[5], "stall");
  if (!stall && (count < 7 || !(bytes = describe_hex(w[6], &length)))) return "answer: not hex";
  struct answer *a = malloc(sizeof *a + length);
  *a = (struct answer){.request_type = (uint8_t)number(w[1]),
                       .request = (uint8_t)number(w[2]),
                       .value = strcmp(w[3], "*") ? (int)number(w[3]) : -1,
                       .index = strcmp(w[4], "*") ? (int)number(w[4]) : -1,
                       .status = stall ? -EPIPE : 0,
                       .length = (uint32_t)length};
  if (length) memcpy(a->bytes, bytes, length);
  free(bytes);
  list_insert_before(&d->answers, &a->node);
  return 0;
}

static const char *set_endpoint(struct device *d, char **w, int count) {
  struct endpoint *ep = device_endpoint(d, (uint8_t)number(w[1]));
  bool in = ep->address & 0x80;
  if (!strcmp(w[0], "source")) return set_source(d, w, count);
  if (!strcmp(w[0], "sink")) {
    if (in) return "sink: not an OUT endpoint";
    ep->role = ROLE_SINK;
    if (count > 2 && strcmp(w[2], "words")) return "sink: unknown pattern";
    if (count > 2) ep->pattern = PATTERN_WORDS;
    return 0;
  }
  if (!strcmp(w[0], "loopback")) {
    if (count < 3 || in || !(number(w[2]) & 0x80)) return "loopback: wants an OUT and an IN endpoint";
    ep->role = ROLE_LOOPBACK;
    ep->loop_to = (uint8_t)number(w[2]);
    if (count > 3) device_endpoint(d, ep->loop_to)->capacity = (size_t)number(w[3]);
    return 0;
  }
  bool repeated = !strcmp(w[0], "report");
  if (!in || count < (repeated ? 4 : 3)) return "report, packet: want an IN endpoint and bytes";
  struct packet *p = hex_packet(w[repeated ? 3 : 2]);
  if (!p) return "report, packet: not hex";
  list_insert_before(repeated ? &ep->reports : &ep->packets, &p->node);
  if (repeated) ep->report_interval = number(w[2]);
  if (repeated && ep->report_interval < 1) return "report: the interval is at least 1 µs";
  return 0;
}

static const char *set_bytes(uint8_t **to, size_t *length, const char *word) {
  free(*to);
  *to = describe_hex(word, length);
  return *to ? 0 : "not hex";
}

static const char *set_descriptor(struct device *d, const char *word) {
  size_t length;
  uint8_t *bytes = describe_hex(word, &length);
  if (!bytes) return "device: not hex";
  memcpy(d->descriptor, bytes, length < 18 ? length : 18);
  free(bytes);
  return 0;
}

static const char *set_store(struct device *d, char **w) {
  long size = number(w[3]);
  if (size < 1 || size > 65535) return "store: the size is 1 to 65535";
  struct store *s = calloc(1, sizeof *s + (size_t)size);
  s->write_request = (uint8_t)number(w[1]);
  s->read_request = (uint8_t)number(w[2]);
  s->size = (uint32_t)size;
  list_insert_before(&d->stores, &s->node);
  return 0;
}

static const char *set_number(struct device *d, const char *key, char **w, int count) {
  if (!strcmp(key, "bus")) {
    long bus = number(w[1]);
    if (bus < 1 || bus > 255) return "bus: 1 to 255";
    d->bus = (uint8_t)bus;
  } else if (!strcmp(key, "latency")) {
    d->latency = number(w[1]);
  } else if (!strcmp(key, "bandwidth")) {
    d->bandwidth = strtod(w[1], 0);
  } else if (!strcmp(key, "node") && count == 4) {
    d->mode = (uint32_t)strtol(w[1], 0, 8);
    d->uid = (uint32_t)number(w[2]);
    d->gid = (uint32_t)number(w[3]);
  } else if (!strcmp(key, "driver") && count == 3 && (unsigned long)number(w[1]) < kInterfaceSlots) {
    snprintf(d->drivers[number(w[1])], sizeof d->drivers[0], "%s", w[2]);
  } else {
    return "unknown statement or wrong number of words";
  }
  return 0;
}

static const char *statement(struct device *d, char **w, int count) {
  const char *key = w[0];
  if (count < 2) return "a statement has at least two words";
  if (!strcmp(key, "id")) {
    snprintf(d->id, sizeof d->id, "%s", w[1]);
  } else if (!strcmp(key, "port")) {
    if (strspn(w[1], "0123456789.") != strlen(w[1]) || strlen(w[1]) > 20) return "port: as 1 or 1.2.3";
    snprintf(d->ports, sizeof d->ports, "%s", w[1]);
  } else if (!strcmp(key, "speed")) {
    snprintf(d->speed, sizeof d->speed, "%s", w[1]);
  } else if (!strcmp(key, "device")) {
    return set_descriptor(d, w[1]);
  } else if (!strcmp(key, "configuration")) {
    return set_configuration(d, w[1]);
  } else if (!strcmp(key, "raw")) {
    return set_bytes(&d->raw, &d->raw_length, w[1]);
  } else if (!strcmp(key, "bos")) {
    return set_bytes(&d->bos, &d->bos_length, w[1]);
  } else if (!strcmp(key, "langids")) {
    for (int i = 1; i < count && d->langid_count < 16; i++)
      d->langids[d->langid_count++] = (uint16_t)strtol(w[i], 0, 16);
  } else if (!strcmp(key, "string") && count == 4) {
    return set_string(d, w);
  } else if (!strcmp(key, "store") && count == 4) {
    return set_store(d, w);
  } else if (!strcmp(key, "answer") && count >= 6) {
    return set_answer(d, w, count);
  } else if (!strcmp(key, "source") || !strcmp(key, "sink") || !strcmp(key, "loopback") ||
             !strcmp(key, "report") || !strcmp(key, "packet")) {
    return set_endpoint(d, w, count);
  } else if (!strcmp(key, "isochronous") && count >= 3) {
    return describe_isochronous(device_endpoint(d, (uint8_t)number(w[1])), w + 2, count - 2);
  } else if (!strcmp(key, "clock") && !strcmp(w[1], "stopped")) {
    d->clock_stopped = 0;
  } else {
    return set_number(d, key, w, count);
  }
  return 0;
}

static struct device *new_device(void) {
  struct device *d = calloc(1, sizeof *d);
  d->bus = 1;
  d->mode = 0664;
  d->clock_stopped = -1;
  snprintf(d->speed, sizeof d->speed, "480");
  struct list *lists[] = {&d->node, &d->strings, &d->stores, &d->answers, &d->faults, &d->files};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) list_init(lists[i]);
  for (int i = 0; i < kEndpointSlots; i++) {
    struct endpoint *ep = &d->endpoints[i];
    ep->device = d;
    ep->address = (uint8_t)((i & 15) | (i & 16) << 3);
    ep->capacity = 1 << 20;
    list_init(&ep->queue);
    list_init(&ep->packets);
    list_init(&ep->reports);
    timer_init(&ep->report_timer, 0);
    isochronous_init(ep);
  }
  return d;
}

// Without given bytes, the node and sysfs show the descriptors one after the other.
static void collect_raw(struct device *d) {
  if (d->raw) return;
  d->raw_length = 18;
  for (int i = 0; i < d->configuration_count; i++) d->raw_length += d->configurations[i].length;
  d->raw = malloc(d->raw_length);
  memcpy(d->raw, d->descriptor, 18);
  uint8_t *at = d->raw + 18;
  for (int i = 0; i < d->configuration_count; i++) {
    memcpy(at, d->configurations[i].bytes, d->configurations[i].length);
    at += d->configurations[i].length;
  }
}

struct device *describe_device(const char *text, const char **error) {
  struct device *d = new_device();
  char *copy = strdup(text), *rest = copy, *line;
  *error = 0;
  while (!*error && (line = strsep(&rest, ";"))) {
    char *words[kWords], *word;
    int count = 0;
    while (count < kWords && (word = strsep(&line, " ")))
      if (*word) words[count++] = word;
    if (count) *error = statement(d, words, count);
  }
  free(copy);
  if (!*error && !d->ports[0]) *error = "a device has a port";
  if (*error) {
    describe_free(d);
    return 0;
  }
  collect_raw(d);
  return d;
}

static void free_list(struct list *head) {
  // Every listed struct that comes here begins with its node.
  while (!list_empty(head)) {
    struct list *n = head->next;
    list_remove(n);
    free(n);
  }
}

void describe_free(struct device *d) {
  free_list(&d->strings);
  free_list(&d->stores);
  free_list(&d->answers);
  fault_clear(d, -1);
  for (int i = 0; i < kEndpointSlots; i++) {
    timer_stop(&d->endpoints[i].report_timer);
    isochronous_free(&d->endpoints[i]);
    free_list(&d->endpoints[i].packets);
    free_list(&d->endpoints[i].reports);
  }
  for (int i = 0; i < d->configuration_count; i++) {
    free(d->configurations[i].bytes);
    free(d->configurations[i].alts);
  }
  free(d->raw);
  free(d->bos);
  free(d);
}

// The numbers are those of Linux' own root hubs; the strings say that this one is played.
const char *describe_root_hub(int bus) {
  static char text[1024];
  snprintf(text, sizeof text,
           "id usb%d;bus %d;port 0;speed 480;driver 0 hub;langids 0409;"
           "device 12010002090001406b1d0200060603020101;"
           "configuration 09021900010100e0000904000001090000000705810304000c;"
           "string 0 0 04030904;"
           "string 3 0409 0c034c0069006e0075007800;"
           "string 2 0409 200350006c006100790065006400200072006f006f0074002000680075006200;"
           "string 1 0409 0e0370006c006100790065006400",
           bus, bus);
  return text;
}
