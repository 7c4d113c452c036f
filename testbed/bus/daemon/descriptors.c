#include "descriptors.h"

#include <stdlib.h>
#include <string.h>

enum { kConfiguration = 2, kInterface = 4, kEndpoint = 5 };

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
      alt->endpoints[alt->endpoint_count++] =
          (struct endpoint_descriptor){.address = b[at + 2],
                                       .attributes = b[at + 3],
                                       .max_packet = (uint16_t)((b[at + 4] | b[at + 5] << 8) & 0x7ff),
                                       .interval = b[at + 6]};
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
  for (int i = 0; i < kEndpointSlots; i++) d->endpoints[i].halted = false;
  device_refresh_endpoints(d);
}
