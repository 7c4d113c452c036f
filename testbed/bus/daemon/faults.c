#include "faults.h"

#include <stdlib.h>

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
