#include "inspect.h"

#include "device.h"

static void endpoint_json(const struct endpoint *ep, struct json *j) {
  json_next(j);
  json_print(j,
             "{\"endpoint\":%d,\"submitted\":%llu,\"transfers\":%llu,\"bytes\":%llu,\"errors\":%llu,"
             "\"cancelled\":%llu,\"pending\":%u,\"queuedBytes\":%zu,\"halted\":%s,\"last\":",
             ep->address, (unsigned long long)ep->submitted, (unsigned long long)ep->transfers,
             (unsigned long long)ep->bytes, (unsigned long long)ep->errors, (unsigned long long)ep->cancelled,
             ep->pending, ep->queued_bytes, ep->halted ? "true" : "false");
  json_hex(j, ep->last, ep->last_length);
  if (ep->iso.packets || ep->iso.begun)
    json_print(j, ",\"isochronous\":{\"packets\":%llu,\"failed\":%llu,\"missed\":%llu}",
               (unsigned long long)ep->iso.packets, (unsigned long long)ep->iso.failed,
               (unsigned long long)ep->iso.missed);
  if (ep->pattern == PATTERN_WORDS) {
    json_print(j, ",\"pattern\":{\"bytes\":%llu", (unsigned long long)ep->progress.position);
    if (ep->progress.wrong)
      json_print(j, ",\"firstWrong\":%llu", (unsigned long long)ep->progress.first_wrong);
    json_print(j, "}");
  }
  json_print(j, "}");
}

static void interface_json(const struct device *d, int number, struct json *j) {
  const struct interface_state *i = &d->interfaces[number];
  json_next(j);
  json_print(j, "{\"interface\":%d,\"alternate\":%d,\"claimed\":%s,\"driver\":", number, i->alternate,
             i->claimed_by ? "true" : "false");
  json_string(j, i->driver_bound ? d->drivers[number] : "");
  json_print(j, "}");
}

static void requests_json(const struct device *d, struct json *j) {
  uint64_t from = d->requests_seen > kRequestLog ? d->requests_seen - kRequestLog : 0;
  for (uint64_t n = from; n < d->requests_seen; n++) {
    const struct logged_request *r = &d->log[n % kRequestLog];
    const uint8_t *s = r->setup;
    json_next(j);
    json_print(
        j, "{\"bmRequestType\":%d,\"bRequest\":%d,\"wValue\":%d,\"wIndex\":%d,\"wLength\":%d,\"status\":%d}",
        s[0], s[1], s[2] | s[3] << 8, s[4] | s[5] << 8, s[6] | s[7] << 8, r->status);
  }
}

static void device_json(const struct device *d, struct json *j) {
  int files = 0;
  uint32_t pending = 0;
  for (struct list *n = d->files.next; n != &d->files; n = n->next, files++)
    pending += LIST_OWNER(n, struct file, node)->pending;
  json_next(j);
  json_print(j, "{\"id\":");
  json_string(j, d->id);
  json_print(
      j,
      ",\"name\":\"%s\",\"bus\":%d,\"address\":%d,\"configuration\":%d,\"openFiles\":%d,\"opens\":%llu,"
      "\"pendingUrbs\":%u,\"autoClaims\":%llu,\"faultHits\":%llu,\"requestsSeen\":%llu,\"interfaces\":[",
      d->name, d->bus, d->address, d->active ? d->active->value : 0, files, (unsigned long long)d->opens,
      pending, (unsigned long long)d->auto_claims, (unsigned long long)d->fault_hits,
      (unsigned long long)d->requests_seen);
  for (int i = 0; i < kInterfaceSlots; i++)
    if (d->interfaces[i].present) interface_json(d, i, j);
  json_print(j, "],\"endpoints\":[");
  for (int i = 0; i < kEndpointSlots; i++)
    if (i != 16 && (i == 0 || d->active_endpoints[i] || d->endpoints[i].submitted))
      endpoint_json(&d->endpoints[i], j);
  json_print(j, "],\"requests\":[");
  requests_json(d, j);
  json_print(j, "]}");
}

void inspect_recorded(const struct endpoint *ep, struct json *j) {
  json_print(j, "{\"ok\":true,\"packets\":[");
  for (struct list *n = ep->iso.recorded.next; n != &ep->iso.recorded; n = n->next) {
    const struct recorded *r = LIST_OWNER(n, struct recorded, node);
    json_next(j);
    json_print(j, "{\"frame\":%u,\"data\":", r->frame);
    json_hex(j, r->bytes, r->length);
    json_print(j, "}");
  }
  json_print(j, "]}");
}

void inspect(const struct device *d, struct json *j) {
  json_print(j, "{\"ok\":true,\"devices\":[");
  if (d) {
    device_json(d, j);
  } else {
    for (struct list *n = plugged_devices.next; n != &plugged_devices; n = n->next)
      device_json(LIST_OWNER(n, struct device, node), j);
  }
  json_print(j, "]}");
}
