#include "control_request.h"

#include <errno.h>
#include <string.h>

#include "descriptors.h"
#include "faults.h"
#include "urb.h"

enum {
  kGetStatus = 0,
  kClearFeature = 1,
  kSetFeature = 3,
  kGetDescriptor = 6,
  kGetConfiguration = 8,
  kSetConfiguration = 9,
  kGetInterface = 10,
  kSetInterface = 11
};
enum { kEndpointHalt = 0, kRemoteWakeup = 1 };
enum { kDevice = 1, kConfiguration = 2, kString = 3, kBos = 15 };

static uint8_t small[4];

const struct string_descriptor *device_string(const struct device *d, uint8_t index, uint16_t langid) {
  for (struct list *n = d->strings.next; n != &d->strings; n = n->next) {
    struct string_descriptor *s = LIST_OWNER(n, struct string_descriptor, node);
    if (s->index == index && (index == 0 || s->langid == langid)) return s;
  }
  return 0;
}

static int answer(const void *bytes, size_t length, const uint8_t **in) {
  *in = bytes;
  return (int)length;
}

static int answer_16(unsigned value, const uint8_t **in) {
  small[0] = (uint8_t)value;
  small[1] = (uint8_t)(value >> 8);
  return answer(small, 2, in);
}

static int get_descriptor(struct device *d, const uint8_t *s, const uint8_t **in) {
  unsigned index = s[2], langid = s[4] | s[5] << 8;
  switch (s[3]) {
    case kDevice:
      return index ? -EPIPE : answer(d->descriptor, sizeof d->descriptor, in);
    case kConfiguration:
      if (index >= (unsigned)d->configuration_count) return -EPIPE;
      return answer(d->configurations[index].bytes, d->configurations[index].length, in);
    case kString: {
      const struct string_descriptor *string = device_string(d, (uint8_t)index, (uint16_t)langid);
      return string ? answer(string->bytes, string->length, in) : -EPIPE;
    }
    case kBos:
      return d->bos ? answer(d->bos, d->bos_length, in) : -EPIPE;
    default:
      return -EPIPE;
  }
}

// The endpoint that wIndex names, if it is one of the active settings or endpoint 0.
static struct endpoint *recipient_endpoint(struct device *d, const uint8_t *s) {
  if (s[5] || (s[4] & 0x70)) return 0;
  if ((s[4] & 0x0f) != 0 && !d->active_endpoints[endpoint_slot(s[4])]) return 0;
  return device_endpoint(d, s[4]);
}

static struct interface_state *recipient_interface(struct device *d, const uint8_t *s) {
  return !s[5] && s[4] < kInterfaceSlots && d->interfaces[s[4]].present ? &d->interfaces[s[4]] : 0;
}

static int set_halt(struct device *d, const uint8_t *s, bool halted) {
  struct endpoint *ep = recipient_endpoint(d, s);
  if (!ep || (s[2] | s[3]) != kEndpointHalt) return -EPIPE;
  if ((s[4] & 0x0f) != 0) ep->halted = halted;
  endpoint_run(ep);
  return 0;
}

static int standard(struct device *d, const uint8_t *s, const uint8_t **in) {
  struct interface_state *i;
  struct endpoint *ep;
  unsigned value = s[2] | s[3] << 8;
  switch (s[0] << 8 | s[1]) {
    case 0x8000 | kGetDescriptor:
      return get_descriptor(d, s, in);
    case 0x8000 | kGetStatus:
      return answer_16((d->active && d->active->attributes & 0x40 ? 1 : 0) | (d->remote_wakeup ? 2 : 0), in);
    case 0x8100 | kGetStatus:
      return recipient_interface(d, s) ? answer_16(0, in) : -EPIPE;
    case 0x8200 | kGetStatus:
      return (ep = recipient_endpoint(d, s)) ? answer_16(ep->halted, in) : -EPIPE;
    case 0x0000 | kSetFeature:
    case 0x0000 | kClearFeature:
      if (value != kRemoteWakeup) return -EPIPE;
      d->remote_wakeup = s[1] == kSetFeature;
      return 0;
    case 0x0200 | kSetFeature:
      return set_halt(d, s, true);
    case 0x0200 | kClearFeature:
      return set_halt(d, s, false);
    case 0x8000 | kGetConfiguration:
      small[0] = d->device_configuration;
      return answer(small, 1, in);
    case 0x0000 | kSetConfiguration:
      if (value && !device_find_configuration(d, (int)value)) return -EPIPE;
      d->device_configuration = (uint8_t)value;
      return 0;
    case 0x8100 | kGetInterface:
      if (!(i = recipient_interface(d, s))) return -EPIPE;
      small[0] = i->device_alternate;
      return answer(small, 1, in);
    case 0x0100 | kSetInterface:
      if (!(i = recipient_interface(d, s)) || !configuration_find(d->active, s[4], (uint8_t)value))
        return -EPIPE;
      i->device_alternate = (uint8_t)value;
      return 0;
    default:
      return -EPIPE;
  }
}

static int described(struct device *d, const uint8_t *s, const uint8_t **in) {
  for (struct list *n = d->answers.next; n != &d->answers; n = n->next) {
    struct answer *a = LIST_OWNER(n, struct answer, node);
    if (a->request_type != s[0] || a->request != s[1]) continue;
    if (a->value >= 0 && a->value != (s[2] | s[3] << 8)) continue;
    if (a->index >= 0 && a->index != (s[4] | s[5] << 8)) continue;
    if (a->status) return a->status;
    if (!(s[0] & 0x80)) return s[6] | s[7] << 8;
    return answer(a->bytes, a->length, in);
  }
  return -ENOENT;
}

// As the kernel's gadget zero: wValue and wIndex must be 0, and a read gives as many bytes as were asked for.
static int stored(struct device *d, const uint8_t *s, const uint8_t *out, const uint8_t **in) {
  uint32_t length = s[6] | (uint32_t)s[7] << 8;
  for (struct list *n = d->stores.next; n != &d->stores; n = n->next) {
    struct store *store = LIST_OWNER(n, struct store, node);
    bool writes = s[0] == 0x40 && s[1] == store->write_request;
    bool reads = s[0] == 0xc0 && s[1] == store->read_request;
    if (!writes && !reads) continue;
    if (s[2] | s[3] | s[4] | s[5] || length > store->size) return -EPIPE;
    if (reads) return answer(store->bytes, length, in);
    memcpy(store->bytes, out, length);
    return (int)length;
  }
  return -EPIPE;
}

void control_log(struct device *d, const uint8_t *setup, int status) {
  struct logged_request *entry = &d->log[d->requests_seen++ % kRequestLog];
  memcpy(entry->setup, setup, 8);
  entry->status = status;
}

int control_request(struct device *d, const uint8_t *setup, const uint8_t *out, const uint8_t **in) {
  int length = setup[6] | setup[7] << 8;
  int result = list_empty(&d->answers) ? -ENOENT : described(d, setup, in);
  if (result == -ENOENT) result = setup[0] & 0x60 ? stored(d, setup, out, in) : standard(d, setup, in);
  if (result > length) result = length;
  control_log(d, setup, result);
  return result;
}

int control_from_host(struct device *d, uint8_t type, uint8_t request, uint16_t value, uint16_t index) {
  uint8_t setup[8] = {
      type, request, (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)index, (uint8_t)(index >> 8), 0, 0};
  const struct fault *f = fault_take(d, 0, setup);
  if (f && (f->action == FAULT_STALL || f->action == FAULT_ERROR)) {
    int status = f->action == FAULT_STALL ? -EPIPE : -(int)f->amount;
    control_log(d, setup, status);
    return status;
  }
  const uint8_t *in;
  return control_request(d, setup, 0, &in);
}
