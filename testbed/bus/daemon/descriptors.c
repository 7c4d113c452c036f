#include "descriptors.h"

#include <stdlib.h>
#include <string.h>

enum { kConfiguration = 2, kInterface = 4, kEndpoint = 5, kCompanion = 48, kIsochronousCompanion = 49 };

// USB 2.0 §9.6.6: an endpoint of high bandwidth moves up to three packets a microframe.
static uint32_t bytes_per_interval(unsigned max_packet_size) {
  return (max_packet_size & 0x7ff) * (1 + (max_packet_size >> 11 & 3));
}

// USB 3.2 §9.6.7 and §9.6.8: what follows an endpoint at SuperSpeed and SuperSpeedPlus.
static void read_companion(struct endpoint_descriptor *ep, const uint8_t *b, size_t size) {
  if (b[1] == kCompanion && size >= 6 && (ep->attributes & 3) == 1)
    ep->per_interval = ep->max_packet * (1u + b[2]) * (1u + (b[3] & 3));
  if (b[1] == kIsochronousCompanion && size >= 8)
    ep->per_interval = b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24;
}

void configuration_parse(struct configuration *c) {
  const uint8_t *b = c->bytes;
  if (c->length >= 9) {
    c->value = b[5];
    c->string = b[6];
    c->attributes = b[7];
    c->max_power = b[8];
  }
  struct altsetting *alt = 0;
  for (size_t at = 0; at + 2 <= c->length;) {
    size_t size = b[at];
    if (size < 2 || at + size > c->length) break;
    if (b[at + 1] == kInterface && size >= 9) {
      c->alts = realloc(c->alts, (size_t)(c->alt_count + 1) * sizeof *c->alts);
      alt = &c->alts[c->alt_count++];
      *alt = (struct altsetting){.interface = b[at + 2],
                                 .alternate = b[at + 3],
                                 .class_code = b[at + 5],
                                 .subclass = b[at + 6],
                                 .protocol = b[at + 7],
                                 .string = b[at + 8]};
    } else if (b[at + 1] == kEndpoint && size >= 7 && alt && alt->endpoint_count < 30) {
      unsigned max_packet_size = b[at + 4] | (unsigned)b[at + 5] << 8;
      alt->endpoints[alt->endpoint_count++] =
          (struct endpoint_descriptor){.address = b[at + 2],
                                       .attributes = b[at + 3],
                                       .max_packet = (uint16_t)(max_packet_size & 0x7ff),
                                       .per_interval = bytes_per_interval(max_packet_size),
                                       .interval = b[at + 6]};
    } else if (alt && alt->endpoint_count) {
      read_companion(&alt->endpoints[alt->endpoint_count - 1], b + at, size);
    }
    at += size;
  }
}

const struct altsetting *configuration_find(const struct configuration *c, uint8_t interface,
                                            uint8_t alternate) {
  for (int i = 0; c && i < c->alt_count; i++)
    if (c->alts[i].interface == interface && c->alts[i].alternate == alternate) return &c->alts[i];
  return 0;
}

void device_refresh_endpoints(struct device *d) {
  memset(d->active_endpoints, 0, sizeof d->active_endpoints);
  for (int i = 0; i < kInterfaceSlots; i++) {
    if (!d->interfaces[i].present) continue;
    const struct altsetting *alt = configuration_find(d->active, (uint8_t)i, d->interfaces[i].alternate);
    for (int e = 0; alt && e < alt->endpoint_count; e++) {
      int slot = endpoint_slot(alt->endpoints[e].address);
      d->active_endpoints[slot] = &alt->endpoints[e];
      d->endpoint_interface[slot] = (uint8_t)i;
    }
  }
}

struct configuration *device_find_configuration(struct device *d, int value) {
  for (int i = 0; i < d->configuration_count; i++)
    if (d->configurations[i].value == value) return &d->configurations[i];
  return 0;
}

void device_configure(struct device *d, struct configuration *c) {
  d->active = c;
  d->device_configuration = c ? c->value : 0;
  memset(d->interfaces, 0, sizeof d->interfaces);
  for (int i = 0; c && i < c->alt_count; i++) {
    uint8_t number = c->alts[i].interface;
    if (number >= kInterfaceSlots) continue;
    d->interfaces[number].present = true;
    d->interfaces[number].driver_bound = d->drivers[number][0] != 0;
  }
  for (int i = 0; i < kEndpointSlots; i++) {
    d->endpoints[i].halted = false;
    d->endpoints[i].iso.begun = false;
  }
  device_refresh_endpoints(d);
}
