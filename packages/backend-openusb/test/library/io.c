#include "io.h"

#include <string.h>
#include <unistd.h>

struct counts counts;
int lie_twice, lie_length, lie_thread, lie_at_once, lie_never;
int hang_in_abort, hang_in_submit, hang_in_close, hang_in_claim;

static struct open_device *open_devices;
static uint64_t last_open = 1000;
static __thread bool in_callback;

// What came back and was not reaped, with a lock of its own.
struct entry {
  struct entry *next;
  struct request *request;
  struct open_device *owner;
};
static struct entry *entries;
static pthread_mutex_t entries_lock = PTHREAD_MUTEX_INITIALIZER;

void io_not_from_callback(const char *function) {
  if (in_callback) REFUSE("%s was called from a callback, which holds the device's lock", function);
}

void io_hang(const int *hang) {
  while (*(volatile const int *)hang) usleep(1000);
}

struct open_device *io_find(uint64_t id) {
  for (struct open_device *each = open_devices; each != NULL; each = each->next) {
    if (each->id == id) return each;
  }
  return NULL;
}

bool io_any(uint64_t handle) {
  for (struct open_device *each = open_devices; each != NULL; each = each->next) {
    if (each->handle == handle) return true;
  }
  return false;
}

// --- coming back ---

void io_done(struct urb *urb) {
  urb->next = NULL;
  *urb->owner->last_done = urb;
  urb->owner->last_done = &urb->next;
  pthread_cond_broadcast(&urb->owner->changed);
}

static struct result *result_of(struct urb *urb) {
  switch (urb->copy.type) {
    case TYPE_CONTROL:
      return &urb->copy.of.ctrl->result;
    case TYPE_INTERRUPT:
      return &urb->copy.of.intr->result;
    case TYPE_BULK:
      return &urb->copy.of.bulk->result;
    default:
      return &urb->copy.of.isoc->results[0];
  }
}

static void forget(struct open_device *open, const struct urb *urb) {
  for (int i = 0; i < open->open_count; i++) {
    if (open->open[i] != urb) continue;
    open->open[i] = open->open[--open->open_count];
    return;
  }
}

static void check_unchanged(const struct urb *urb, const char *when) {
  if (memcmp(urb->request, &urb->copy, sizeof(urb->copy)) != 0)
    REFUSE("a request was changed or freed %s", when);
}

static void call_back(struct request *request) {
  in_callback = true;
  request->callback(request);
  if (lie_twice) request->callback(request);
  in_callback = false;
}

static void *call_back_elsewhere(void *request) { return call_back(request), NULL; }

// With the device's lock held, as the library holds it.
static void complete(struct open_device *open, struct urb *urb) {
  check_unchanged(urb, "before its callback ran");
  struct request *request = urb->request;
  // The library has the callback of its own requests in here.
  const bool is_internal = request->callback == NULL;
  if (!is_internal) {
    pthread_mutex_lock(&entries_lock);
    struct entry *entry = malloc(sizeof(*entry));
    *entry = (struct entry){entries, request, open};
    entries = entry;
    counts.unreaped++;
    pthread_mutex_unlock(&entries_lock);
  }
  struct result *result = result_of(urb);
  const uint32_t moved = lie_length ? 1u << 30 : urb->moved;
  // Also of an isochronous request: what its first packet said is overwritten.
  *result = (struct result){urb->status, moved};
  pthread_mutex_lock(&bus_lock);
  forget(open, urb);
  counts.callbacks++;
  pthread_mutex_unlock(&bus_lock);
  free(urb);
  if (is_internal) {
    *(volatile int32_t *)request->argument = 1;
  } else if (lie_thread) {
    pthread_t thread;
    pthread_create(&thread, NULL, call_back_elsewhere, request);
    pthread_join(thread, NULL);
  } else {
    call_back(request);
  }
}

static bool is_dropped(const struct urb *urb) { return lie_never && urb->copy.type == TYPE_BULK; }

static void *run(void *argument) {
  struct open_device *open = argument;
  pthread_mutex_lock(&bus_lock);
  while (!open->is_closing) {
    struct urb *urb = open->done;
    if (urb == NULL) {
      pthread_cond_wait(&open->changed, &bus_lock);
      continue;
    }
    open->done = urb->next;
    if (open->done == NULL) open->last_done = &open->done;
    urb->is_dead = is_dropped(urb);
    if (urb->is_dead) continue;
    pthread_mutex_unlock(&bus_lock);
    pthread_mutex_lock(&open->lock);
    complete(open, urb);
    // All that has ended is told while the lock is held once.
    pthread_mutex_lock(&bus_lock);
    while (open->done != NULL && !open->is_closing) {
      urb = open->done;
      open->done = urb->next;
      if (open->done == NULL) open->last_done = &open->done;
      urb->is_dead = is_dropped(urb);
      if (urb->is_dead) continue;
      pthread_mutex_unlock(&bus_lock);
      complete(open, urb);
      pthread_mutex_lock(&bus_lock);
    }
    pthread_mutex_unlock(&bus_lock);
    pthread_mutex_unlock(&open->lock);
    pthread_mutex_lock(&bus_lock);
  }
  pthread_mutex_unlock(&bus_lock);
  return NULL;
}

// A failed request with a timeout: once that has passed, the thread looks at it again and again.
static void *spin(void *argument) {
  struct open_device *open = argument;
  const uint64_t id = open->id;
  for (;;) {
    pthread_mutex_lock(&bus_lock);
    const bool goes_on = io_find(id) != NULL;
    counts.spinning = goes_on;
    pthread_mutex_unlock(&bus_lock);
    if (!goes_on) return NULL;
  }
}

// --- opening and closing ---

struct open_device *io_open(struct device *device, uint64_t handle) {
  struct open_device *open = calloc(1, sizeof(*open));
  open->id = ++last_open;
  open->handle = handle;
  open->device = device;
  open->device_id = device->id;
  open->last_done = &open->done;
  pthread_mutex_init(&open->lock, NULL);
  pthread_cond_init(&open->changed, NULL);
  open->next = open_devices;
  open_devices = open;
  pthread_create(&open->thread, NULL, run, open);
  return open;
}

void io_close(struct open_device *open) {
  pthread_mutex_lock(&bus_lock);
  open->is_closing = true;
  pthread_cond_broadcast(&open->changed);
  pthread_mutex_unlock(&bus_lock);
  pthread_join(open->thread, NULL);
  pthread_mutex_lock(&bus_lock);
  // The library looks at what it never told of once more.
  for (int i = 0; i < open->open_count; i++) {
    check_unchanged(open->open[i], "before the device was closed");
    if (open->device->id == open->device_id && !open->open[i]->is_dead) bus_cancel(open->open[i]);
  }
  for (int i = 0; i < INTERFACES; i++) {
    if (open->device->holders[i] == open)
      open->device->holders[i] = NULL, model_reset_interface(open->device, i);
  }
  for (struct open_device **at = &open_devices; *at != NULL; at = &(*at)->next) {
    if (*at == open) {
      *at = open->next;
      break;
    }
  }
  pthread_mutex_unlock(&bus_lock);
  pthread_mutex_lock(&entries_lock);
  for (struct entry *each = entries; each != NULL; each = each->next) {
    if (each->owner == open) counts.lost++, each->owner = NULL;
  }
  pthread_mutex_unlock(&entries_lock);
  for (int i = 0; i < open->open_count; i++) free(open->open[i]);
  free(open);
}

// --- requests ---

static uint32_t *timeout_of(struct request *request) {
  static uint32_t none;
  switch (request->type) {
    case TYPE_CONTROL:
      return &request->of.ctrl->timeout;
    case TYPE_INTERRUPT:
      return &request->of.intr->timeout;
    case TYPE_BULK:
      return &request->of.bulk->timeout;
    default:
      return &none;
  }
}

static void check_request(const struct request *request) {
  if (request->device > UINT32_MAX) REFUSE("a request has a pointer where the device's number is due");
  const void *next = NULL;
  uint32_t flags = 0;
  switch (request->type) {
    case TYPE_CONTROL:
      next = request->of.ctrl->next, flags = request->of.ctrl->flags;
      break;
    case TYPE_INTERRUPT:
      next = request->of.intr->next, flags = request->of.intr->flags;
      break;
    case TYPE_BULK:
      next = request->of.bulk->next, flags = request->of.bulk->flags;
      break;
    default:
      next = request->of.isoc->next, flags = request->of.isoc->flags;
      if (request->of.isoc->results == NULL) REFUSE("an isochronous request has no room for results");
  }
  if (next != NULL || flags != 0) REFUSE("a request has rubbish behind its fields: another layout");
  pthread_mutex_lock(&entries_lock);
  for (const struct entry *each = entries; each != NULL; each = each->next) {
    if (each->request == request && each->owner != NULL)
      REFUSE("a request was submitted again and not reaped before");
  }
  pthread_mutex_unlock(&entries_lock);
}

static int32_t admit(struct open_device *open, const struct request *request) {
  if (request->type < TYPE_CONTROL || request->type > TYPE_ISOCHRONOUS) return BADARG;
  if (request->type == TYPE_CONTROL) return request->of.ctrl->length > 4096 ? IO_REQ_TOO_BIG : SUCCESS;
  if (request->interface >= INTERFACES || !open->claims[request->interface]) return BADARG;
  const struct endpoint *endpoint = model_endpoint(open->device, request->endpoint);
  return endpoint == NULL || endpoint->interface != request->interface ? SYS_FUNC_FAILURE : SUCCESS;
}

static int32_t submit(struct open_device *open, struct request *request) {
  if (open->device->id != open->device_id || !open->device->is_plugged) return SYS_FUNC_FAILURE;
  const int32_t status = admit(open, request);
  if (status != SUCCESS) return status;
  if (open->open_count == 4096) return NO_RESOURCES;
  struct urb *urb = calloc(1, sizeof(*urb));
  urb->request = request;
  urb->copy = *request;
  urb->owner = open;
  urb->device = open->device;
  open->open[open->open_count++] = urb;
  counts.submitted++;
  bus_submit(urb);
  if (urb->is_dead && *timeout_of(request) != 0) {
    pthread_t thread;
    pthread_create(&thread, NULL, spin, open);
    pthread_detach(thread);
  }
  return SUCCESS;
}

int32_t io_submit(struct request *request) {
  io_hang(&hang_in_submit);
  check_request(request);
  pthread_mutex_lock(&bus_lock);
  struct open_device *open = io_find(request->device);
  pthread_mutex_unlock(&bus_lock);
  if (open == NULL) return BADARG;
  if (lie_at_once && request->type != TYPE_CONTROL) {
    pthread_mutex_lock(&entries_lock);
    struct entry *entry = malloc(sizeof(*entry));
    *entry = (struct entry){entries, request, open};
    entries = entry;
    counts.unreaped++;
    pthread_mutex_unlock(&entries_lock);
    request->of.bulk->result = (struct result){SUCCESS, request->of.bulk->length};
    call_back(request);
    return SUCCESS;
  }
  pthread_mutex_lock(&open->lock);
  pthread_mutex_lock(&bus_lock);
  const int32_t status = submit(open, request);
  pthread_mutex_unlock(&bus_lock);
  pthread_mutex_unlock(&open->lock);
  return status;
}

int32_t io_abort(struct request *request) {
  io_hang(&hang_in_abort);
  int32_t status = INVALID_HANDLE;
  pthread_mutex_lock(&bus_lock);
  counts.aborted++;
  struct open_device *open = io_find(request->device);
  for (int i = 0; open != NULL && i < open->open_count; i++) {
    if (open->open[i]->request != request) continue;
    // Of one that has failed it knows nothing, and says that all is well.
    if (!open->open[i]->is_dead) bus_cancel(open->open[i]);
    status = SUCCESS;
    break;
  }
  pthread_mutex_unlock(&bus_lock);
  return status;
}

int32_t io_poll(uint32_t count, struct request **requests, struct request **done) {
  *done = NULL;
  // In this order: whoever calls this while something comes back may wait for ever.
  pthread_mutex_lock(&entries_lock);
  for (struct entry **at = &entries; *at != NULL; at = &(*at)->next) {
    for (uint32_t i = 0; i < count; i++) {
      struct entry *entry = *at;
      if (entry->request != requests[i]) continue;
      if (entry->owner == NULL) REFUSE("a request was reaped after its device was closed");
      pthread_mutex_lock(&entry->owner->lock);
      pthread_mutex_unlock(&entry->owner->lock);
      *done = entry->request;
      *at = entry->next;
      free(entry);
      counts.unreaped--;
      pthread_mutex_unlock(&entries_lock);
      return SUCCESS;
    }
  }
  pthread_mutex_unlock(&entries_lock);
  return SUCCESS;
}

int32_t io_control(struct open_device *open, uint8_t request_type, uint8_t request, uint16_t value,
                   uint8_t *bytes, uint32_t length) {
  volatile int32_t is_back = 0;
  struct ctrl_request ctrl = {.setup = {request_type, request, value, 0}, .payload = bytes, .length = length};
  struct request handle = {
      .device = open->id, .type = TYPE_CONTROL, .of = {.ctrl = &ctrl}, .argument = (void *)&is_back};
  pthread_mutex_lock(&bus_lock);
  const int32_t status = submit(open, &handle);
  pthread_mutex_unlock(&bus_lock);
  if (status != SUCCESS) return status;
  // A refusal is never told: this is where the real one hangs.
  while (!is_back) usleep(200);
  return ctrl.result.status;
}
