#include "commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "device.h"
#include "endpoint.h"
#include "faults.h"
#include "inspect.h"
#include "urb.h"

enum { kWords = 16 };

static long number(const char *word) { return strtol(word, 0, 0); }

static int any_or_number(const char *word) { return strcmp(word, "*") ? (int)number(word) : -1; }

// By their Linux names, as `fault … error NAME`.
static long error_number(const char *name) {
  static const struct {
    const char *name;
    int number;
  } errors[] = {
      {"EPROTO", EPROTO}, {"EILSEQ", EILSEQ},       {"ETIME", ETIME},        {"EPIPE", EPIPE},
      {"EIO", EIO},       {"ECOMM", ECOMM},         {"ENOSR", ENOSR},        {"EOVERFLOW", EOVERFLOW},
      {"EXDEV", EXDEV},   {"ESHUTDOWN", ESHUTDOWN}, {"EREMOTEIO", EREMOTEIO}};
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (!strcmp(errors[i].name, name)) return errors[i].number;
  return 0;
}

static const char *run_fault(struct device *d, char **w, int count) {
  static const char *const actions[] = {"stall",   "delay",  "short", "long",
                                        "partial", "silent", "error", "unplug"};
  struct fault f = {
      .endpoint = (uint8_t)number(w[2]), .request_type = -1, .request = -1, .value = -1, .index = -1};
  size_t a = 0;
  while (a < sizeof actions / sizeof *actions && strcmp(actions[a], w[3])) a++;
  if (a == sizeof actions / sizeof *actions) return "unknown fault";
  f.action = (enum fault_action)a;
  f.amount = f.action == FAULT_ERROR ? error_number(w[4]) : number(w[4]);
  f.count = number(w[5]);
  f.after = number(w[6]);
  if (f.action == FAULT_ERROR && !f.amount) return "unknown name of an error";
  bool out = f.endpoint != 0 && !(f.endpoint & 0x80);
  if (out && (f.action == FAULT_SHORT || f.action == FAULT_LONG))
    return "short and long are for IN endpoints";
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
      inspect(d, answer);
  } else if (!strcmp(w[0], "replug") && count == 2) {
    reply(answer, device_replug(w[1]));
  } else if (!strcmp(w[0], "memory") && count == 2) {
    urb_memory_limit((size_t)number(w[1]));
    reply(answer, 0);
  } else {
    struct device *d = count > 1 ? device_named(w[1]) : 0;
    reply(answer, d ? run_on_device(d, w, count) : "no such device is plugged");
  }
}
