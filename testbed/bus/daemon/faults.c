#include "faults.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int fault_error_number(const char *name) {
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

static bool matches(const struct fault *f, uint8_t endpoint, const uint8_t *s) {
  if (f->endpoint != endpoint) return false;
  if (endpoint != 0) return true;
  return (f->request_type < 0 || f->request_type == s[0]) && (f->request < 0 || f->request == s[1]) &&
         (f->value < 0 || f->value == (s[2] | s[3] << 8)) && (f->index < 0 || f->index == (s[4] | s[5] << 8));
}

const struct fault *fault_take(struct device *d, uint8_t endpoint, const uint8_t *setup) {
  static struct fault taken;
  for (struct list *n = d->faults.next; n != &d->faults; n = n->next) {
    struct fault *f = LIST_OWNER(n, struct fault, node);
    if (!matches(f, endpoint, setup)) continue;
    if (f->after > 0) {
      f->after--;
      return 0;
    }
    taken = *f;
    d->fault_hits++;
    if (f->count > 0 && --f->count == 0) {
      list_remove(&f->node);
      free(f);
    }
    return &taken;
  }
  return 0;
}

// As of now; else as it is in the first alternate setting that has it.
static bool is_isochronous(const struct device *d, uint8_t endpoint) {
  const struct endpoint_descriptor *active = d->active_endpoints[endpoint_slot(endpoint)];
  if (active) return (active->attributes & 3) == 1;
  for (int c = 0; c < d->configuration_count; c++) {
    const struct configuration *configuration = &d->configurations[c];
    for (int a = 0; a < configuration->alt_count; a++)
      for (int e = 0; e < configuration->alts[a].endpoint_count; e++)
        if (configuration->alts[a].endpoints[e].address == endpoint)
          return (configuration->alts[a].endpoints[e].attributes & 3) == 1;
  }
  return false;
}

bool fault_fits(const struct device *d, const struct fault *f) {
  if (!is_isochronous(d, f->endpoint)) return f->action != FAULT_MISSED;
  switch (f->action) {
    case FAULT_SHORT:
    case FAULT_LONG:
    case FAULT_ERROR:
    case FAULT_MISSED:
    case FAULT_UNPLUG:
      return true;
    default:
      return false;
  }
}

void fault_add(struct device *d, const struct fault *f) {
  struct fault *copy = malloc(sizeof *copy);
  *copy = *f;
  list_insert_before(&d->faults, &copy->node);
}

void fault_clear(struct device *d, int endpoint) {
  for (struct list *n = d->faults.next, *next; n != &d->faults; n = next) {
    next = n->next;
    struct fault *f = LIST_OWNER(n, struct fault, node);
    if (endpoint >= 0 && f->endpoint != endpoint) continue;
    list_remove(n);
    free(f);
  }
}
