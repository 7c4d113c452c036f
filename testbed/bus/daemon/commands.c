#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "device.h"
#include "endpoint.h"
#include "faults.h"
#include "frame_clock.h"
#include "inspect.h"
#include "isochronous.h"
#include "isochronous_packet.h"
#include "urb.h"

enum { kWords = 16 };

static long number(const char *word) { return strtol(word, 0, 0); }

static int any_or_number(const char *word) { return strcmp(word, "*") ? (int)number(word) : -1; }

static const char *run_fault(struct device *d, char **w, int count) {
  static const char *const actions[] = {"stall",  "delay", "short",  "long",  "partial",
                                        "silent", "error", "unplug", "missed"};
  struct fault f = {
      .endpoint = (uint8_t)number(w[2]), .request_type = -1, .request = -1, .value = -1, .index = -1};
  size_t a = 0;
  while (a < sizeof actions / sizeof *actions && strcmp(actions[a], w[3])) a++;
  if (a == sizeof actions / sizeof *actions) return "unknown fault";
  f.action = (enum fault_action)a;
  f.amount = f.action == FAULT_ERROR ? fault_error_number(w[4]) : number(w[4]);
  f.count = number(w[5]);
  f.after = number(w[6]);
  if (f.action == FAULT_ERROR && !f.amount) return "unknown name of an error";
  bool out = f.endpoint != 0 && !(f.endpoint & 0x80);
  if (out && (f.action == FAULT_SHORT || f.action == FAULT_LONG))
    return "short and long are for IN endpoints";
  if (!fault_fits(d, &f)) return "such a fault is not for endpoints of this transfer type";
  if (count == 11) {
    f.request_type = any_or_number(w[7]);
    f.request = any_or_number(w[8]);
    f.value = any_or_number(w[9]);
    f.index = any_or_number(w[10]);
  }
  fault_add(d, &f);
  // A transfer that waits already is met too.
  endpoint_run(device_endpoint(d, f.endpoint));
  return 0;
}

static const char *run_send(struct device *d, char **w, int count) {
  size_t length;
  uint8_t address = (uint8_t)number(w[2]);
  if (!(address & 0x80)) return "send: not an IN endpoint";
  struct endpoint *ep = device_endpoint(d, address);
  if (ep->role == ROLE_SOURCE) return "send: a source sends by itself";
  uint8_t *bytes = describe_hex(w[3], &length);
  if (!bytes) return "send: not hex";
  endpoint_queue_message(ep, bytes, (uint32_t)length, count > 4);
  free(bytes);
  return 0;
}

static const char *run_clear(struct device *d, char **w, int count) {
  fault_clear(d, count > 2 ? (int)number(w[2]) : -1);
  for (int i = 0; i < kEndpointSlots; i++) {
    struct endpoint *ep = &d->endpoints[i];
    if (count > 2 && ep->address != number(w[2])) continue;
    for (struct list *n = ep->queue.next; n != &ep->queue; n = n->next)
      LIST_OWNER(n, struct urb, queue)->mute = false;
    endpoint_run(ep);
  }
  return 0;
}

static const char *run_clock(struct device *d, char **w, int count) {
  if (count == 3 && !strcmp(w[2], "stop")) {
    clock_stop(d);
  } else if (count == 3 && !strcmp(w[2], "run")) {
    clock_run(d);
  } else if (count == 4 && !strcmp(w[2], "tick")) {
    long frames = number(w[3]);
    if (d->clock_stopped < 0) return "clock: it runs by itself; stop it first";
    if (frames < 1 || frames > 1000000) return "clock: tick 1 to 1000000 frames";
    clock_tick(d, frames);
  } else {
    return "clock: stop, run or tick FRAMES";
  }
  return 0;
}

static const char *run_on_device(struct device *d, char **w, int count) {
  if (!strcmp(w[0], "unplug")) {
    device_unplug(d);
  } else if (!strcmp(w[0], "node") && count == 5) {
    d->mode = (uint32_t)strtol(w[2], 0, 8) & 0777;
    d->uid = (uint32_t)number(w[3]);
    d->gid = (uint32_t)number(w[4]);
  } else if (!strcmp(w[0], "set") && count == 4 && !strcmp(w[2], "latency")) {
    d->latency = number(w[3]);
  } else if (!strcmp(w[0], "set") && count == 4 && !strcmp(w[2], "bandwidth")) {
    d->bandwidth = strtod(w[3], 0);
  } else if (!strcmp(w[0], "fault") && (count == 7 || count == 11)) {
    return run_fault(d, w, count);
  } else if (!strcmp(w[0], "clear")) {
    return run_clear(d, w, count);
  } else if (!strcmp(w[0], "clock")) {
    return run_clock(d, w, count);
  } else if (!strcmp(w[0], "send") && count >= 4) {
    return run_send(d, w, count);
  } else {
    return "unknown command or wrong number of words";
  }
  return 0;
}

static void reply(struct json *answer, const char *error) {
  if (!error) {
    json_print(answer, "{\"ok\":true}");
    return;
  }
  json_print(answer, "{\"ok\":false,\"error\":");
  json_string(answer, error);
  json_print(answer, "}");
}

// Packets whose frame has passed count as moved, though no client has seen their URB yet.
static void run_inspect(struct device *only, struct json *answer) {
  for (struct list *n = plugged_devices.next; n != &plugged_devices; n = n->next) {
    struct device *d = LIST_OWNER(n, struct device, node);
    if (only && d != only) continue;
    for (int i = 0; i < kEndpointSlots; i++) isochronous_catch_up(&d->endpoints[i]);
    if (d->gone) break;  // a fault was due
  }
  if (only && only->gone)
    reply(answer, "no such device is plugged");
  else
    inspect(only, answer);
}

static void run_recorded(struct device *d, char **w, struct json *answer) {
  struct endpoint *ep = device_endpoint(d, (uint8_t)number(w[2]));
  isochronous_catch_up(ep);
  inspect_recorded(ep, answer);
  isochronous_forget(ep);
}

void command_run(char *line, struct json *answer) {
  if (!strncmp(line, "plug ", 5)) {
    reply(answer, device_plug(line + 5));
    return;
  }
  char *w[kWords], *word;
  int count = 0;
  while (count < kWords && (word = strsep(&line, " ")))
    if (*word) w[count++] = word;
  if (count == 0) {
    reply(answer, "an empty command");
  } else if (!strcmp(w[0], "inspect")) {
    struct device *d = count > 1 ? device_named(w[1]) : 0;
    if (count > 1 && !d)
      reply(answer, "no such device is plugged");
    else
      run_inspect(d, answer);
  } else if (!strcmp(w[0], "replug") && count == 2) {
    reply(answer, device_replug(w[1]));
  } else if (!strcmp(w[0], "memory") && count == 2) {
    urb_memory_limit((size_t)number(w[1]));
    reply(answer, 0);
  } else if (!strcmp(w[0], "recorded") && count == 3 && device_named(w[1])) {
    run_recorded(device_named(w[1]), w, answer);
  } else {
    struct device *d = count > 1 ? device_named(w[1]) : 0;
    reply(answer, d ? run_on_device(d, w, count) : "no such device is plugged");
  }
}
