// What the library exports: openusb_*, and the names of libusb 0.1 that it has as well.
#include <string.h>
#include <unistd.h>

#include "control.h"
#include "io.h"

#define API __attribute__((visibility("default")))

static uint64_t last_handle;
static int users;
static debug_callback debug_to;
static uint32_t debug_level;
static int late_coldplug, unknown_configuration;

static void debug(uint64_t handle, uint32_t level, const char *format, ...) {
  if (level > debug_level) return;
  va_list arguments;
  va_start(arguments, format);
  if (debug_to != NULL) {
    debug_to(handle, format, arguments);
  } else {
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
  }
  va_end(arguments);
}

// --- events ---

struct listener {
  event_callback callback;
  void *argument;
};
struct user {
  struct user *next;
  uint64_t handle;
  struct listener listeners[EVENT_COUNT];
};
struct event {
  struct event *next;
  uint64_t handle, device;
  int32_t kind;
};

static struct user *all_users;
static struct event *events, **last_event = &events;
static pthread_mutex_t events_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t events_changed = PTHREAD_COND_INITIALIZER;
static pthread_t events_thread;
static bool events_end;

static struct user *find_user(uint64_t handle) {
  for (struct user *each = all_users; each != NULL; each = each->next) {
    if (each->handle == handle) return each;
  }
  return NULL;
}

static void queue_event(uint64_t handle, uint64_t device, int32_t kind) {
  struct event *event = malloc(sizeof(*event));
  *event = (struct event){NULL, handle, device, kind};
  *last_event = event;
  last_event = &event->next;
  pthread_cond_broadcast(&events_changed);
}

static void *run_events(void *unused) {
  (void)unused;
  pthread_mutex_lock(&events_lock);
  while (!events_end) {
    struct event *event = events;
    if (event == NULL) {
      pthread_cond_wait(&events_changed, &events_lock);
      continue;
    }
    events = event->next;
    if (events == NULL) last_event = &events;
    const struct user *user = find_user(event->handle);
    if (user != NULL && user->listeners[event->kind].callback != NULL) {
      const struct listener listener = user->listeners[event->kind];
      listener.callback(event->handle, event->device, event->kind, listener.argument);
    }
    free(event);
  }
  pthread_mutex_unlock(&events_lock);
  return NULL;
}

void api_tell(uint64_t device, int32_t kind) {
  pthread_mutex_lock(&events_lock);
  for (const struct user *each = all_users; each != NULL; each = each->next)
    queue_event(each->handle, device, kind);
  pthread_mutex_unlock(&events_lock);
}

int *api_switch(const char *name) {
  if (strcmp(name, "late-coldplug") == 0) return &late_coldplug;
  return strcmp(name, "unknown-configuration") == 0 ? &unknown_configuration : NULL;
}

// --- beginning and end ---

API int32_t openusb_init(uint32_t flags, uint64_t *handle) {
  io_not_from_callback("openusb_init");
  if (flags != 0 || handle == NULL) return BADARG;
  // As without a plug-in in openusb_backend/.
  if (getenv("TSUSB_TEST_OPENUSB_NO_PLUGIN") != NULL) return PLATFORM_FAILURE;
  pthread_mutex_lock(&bus_lock);
  if (users++ == 0) {
    model_init();
    events_end = false;
    pthread_create(&events_thread, NULL, run_events, NULL);
    control_start();
  }
  pthread_mutex_unlock(&bus_lock);
  struct user *user = calloc(1, sizeof(*user));
  pthread_mutex_lock(&events_lock);
  user->handle = *handle = ++last_handle;
  user->next = all_users;
  all_users = user;
  // Told at once, which is before anybody can listen.
  const char *late = getenv("TSUSB_TEST_OPENUSB_LATE_COLDPLUG");
  for (int i = 0; model_each(i) != NULL; i++) {
    if (model_each(i)->is_plugged && late != NULL) queue_event(user->handle, model_each(i)->id, EVENT_ATTACH);
  }
  pthread_mutex_unlock(&events_lock);
  debug(*handle, 3, "%s: %u devices on %s", "openusb_init", 5u, "the test bus");
  return SUCCESS;
}

API void openusb_fini(uint64_t handle) {
  io_not_from_callback("openusb_fini");
  pthread_mutex_lock(&bus_lock);
  if (io_any(handle)) REFUSE("openusb_fini was called with a device open");
  pthread_mutex_unlock(&bus_lock);
  pthread_mutex_lock(&events_lock);
  for (struct user **at = &all_users; *at != NULL; at = &(*at)->next) {
    if ((*at)->handle != handle) continue;
    struct user *user = *at;
    *at = user->next;
    free(user);
    break;
  }
  pthread_mutex_unlock(&events_lock);
  pthread_mutex_lock(&bus_lock);
  const bool is_last = --users == 0;
  pthread_mutex_unlock(&bus_lock);
  if (!is_last) return;
  control_stop();
  pthread_mutex_lock(&events_lock);
  events_end = true;
  pthread_cond_broadcast(&events_changed);
  pthread_mutex_unlock(&events_lock);
  pthread_join(events_thread, NULL);
}

API int32_t openusb_set_event_callback(uint64_t handle, int32_t event, event_callback callback,
                                       void *argument) {
  io_not_from_callback("openusb_set_event_callback");
  if (event < 0 || event >= EVENT_COUNT) return BADARG;
  pthread_mutex_lock(&events_lock);
  struct user *user = find_user(handle);
  if (user != NULL) user->listeners[event] = (struct listener){callback, argument};
  pthread_mutex_unlock(&events_lock);
  return user == NULL ? INVALID_HANDLE : SUCCESS;
}

API void openusb_coldplug_callbacks_done(uint64_t handle) { (void)handle; }

API void openusb_set_debug(uint64_t handle, uint32_t level, uint32_t flags, debug_callback callback) {
  (void)handle, (void)flags;
  debug_level = level;
  // NULL does not clear it.
  if (callback != NULL) debug_to = callback;
}

API int32_t openusb_set_default_timeout(uint64_t handle, int32_t type, uint32_t timeout) {
  (void)handle, (void)type, (void)timeout;
  return SUCCESS;
}

API const char *openusb_strerror(int32_t status) {
  return status == SUCCESS ? "Call success" : "Unknown error";
}

// --- listing ---

API int32_t openusb_get_busid_list(uint64_t handle, uint64_t **list, uint32_t *count) {
  if (find_user(handle) == NULL || list == NULL || *list != NULL || count == NULL) return BADARG;
  *list = malloc(sizeof(**list));
  **list = 1;
  *count = 1;
  return SUCCESS;
}

API int32_t openusb_get_devids_by_bus(uint64_t handle, uint64_t bus, uint64_t **list, uint32_t *count) {
  io_not_from_callback("openusb_get_devids_by_bus");
  if (list == NULL || count == NULL || bus > 1) return BADARG;
  if (*list != NULL) REFUSE("openusb_get_devids_by_bus was given a list that is not NULL");
  pthread_mutex_lock(&bus_lock);
  uint64_t ids[16];
  *count = 0;
  for (int i = 0; model_each(i) != NULL; i++) {
    if (model_each(i)->is_plugged) ids[(*count)++] = model_each(i)->id;
  }
  pthread_mutex_unlock(&bus_lock);
  debug(handle, 4, "%u devices", *count);
  if (*count == 0) return NULL_LIST;
  *list = malloc(*count * sizeof(**list));
  memcpy(*list, ids, *count * sizeof(**list));
  return SUCCESS;
}

API int32_t openusb_get_devids_by_vendor(uint64_t handle, int32_t vendor, int32_t product, uint64_t **list,
                                         uint32_t *count) {
  (void)vendor, (void)product;
  return openusb_get_devids_by_bus(handle, 0, list, count);
}

API int32_t openusb_get_devids_by_class(uint64_t handle, int16_t class, int16_t sub, int16_t protocol,
                                        uint64_t **list, uint32_t *count) {
  (void)class, (void)sub, (void)protocol;
  return openusb_get_devids_by_bus(handle, 0, list, count);
}

API void openusb_free_busid_list(uint64_t *list) { free(list); }
API void openusb_free_devid_list(uint64_t *list) { free(list); }
API void openusb_free_raw_desc(uint8_t *bytes) { free(bytes); }
API void openusb_free_device_data(void *data) { free(data); }

API int32_t openusb_get_raw_desc(uint64_t handle, uint64_t id, uint8_t type, uint8_t index, uint16_t langid,
                                 uint8_t **bytes, uint16_t *length) {
  io_not_from_callback("openusb_get_raw_desc");
  (void)handle, (void)langid;
  if (bytes == NULL || length == NULL) return BADARG;
  pthread_mutex_lock(&bus_lock);
  const struct device *device = model_find(id);
  const uint8_t *from = NULL;
  if (device != NULL && type == 1) from = device->descriptor;
  if (device != NULL && type == 2 && index < device->descriptor[17]) from = device->configurations[index];
  if (from != NULL) {
    *length = type == 1 ? 18 : (uint16_t)(from[2] | from[3] << 8);
    *bytes = malloc(*length);
    memcpy(*bytes, from, *length);
  }
  pthread_mutex_unlock(&bus_lock);
  return device == NULL ? UNKNOWN_DEVICE : from == NULL ? BADARG : SUCCESS;
}

// It opens the device and reads its strings, as long as that takes.
API int32_t openusb_get_device_data(uint64_t handle, uint64_t id, uint32_t flags, void **data) {
  (void)handle, (void)flags;
  pthread_mutex_lock(&bus_lock);
  counts.device_data++;
  const bool is_known = model_find(id) != NULL;
  pthread_mutex_unlock(&bus_lock);
  io_hang(&defect_refuses_strings);
  *data = calloc(1, 136);
  return is_known ? SUCCESS : UNKNOWN_DEVICE;
}

API int32_t openusb_get_max_xfer_size(uint64_t handle, uint64_t bus, int32_t type, uint32_t *bytes) {
  (void)handle, (void)bus;
  *bytes = type == TYPE_CONTROL ? 4096 : UINT32_MAX;
  return SUCCESS;
}

// --- open devices ---

// Locks a device for a call about it. NULL if there is none; then nothing is locked.
static struct open_device *enter(uint64_t id, const char *function) {
  io_not_from_callback(function);
  pthread_mutex_lock(&bus_lock);
  struct open_device *open = io_find(id);
  pthread_mutex_unlock(&bus_lock);
  if (open != NULL) pthread_mutex_lock(&open->lock);
  return open;
}

static int32_t leave(struct open_device *open, int32_t status) {
  pthread_mutex_unlock(&open->lock);
  return status;
}

static bool is_gone(const struct open_device *open) {
  return !open->device->is_plugged || open->device->id != open->device_id;
}

static int32_t learn_configuration(struct open_device *open, uint8_t *value) {
  // Its own thread needs the lock to tell of the answer.
  pthread_mutex_unlock(&open->lock);
  const int32_t status = io_control(open, 0x80, 8, 0, value, 1);
  pthread_mutex_lock(&open->lock);
  if (status == SUCCESS) open->knows_configuration = true;
  return status;
}

API int32_t openusb_open_device(uint64_t handle, uint64_t id, int32_t flags, uint64_t *result) {
  io_not_from_callback("openusb_open_device");
  if (find_user(handle) == NULL || result == NULL || flags != 0) return BADARG;
  pthread_mutex_lock(&bus_lock);
  struct device *device = model_find(id);
  struct open_device *open = device == NULL ? NULL : io_open(device, handle);
  pthread_mutex_unlock(&bus_lock);
  if (open == NULL) return UNKNOWN_DEVICE;
  uint8_t value = 0;
  pthread_mutex_lock(&open->lock);
  if (!unknown_configuration) learn_configuration(open, &value);
  pthread_mutex_unlock(&open->lock);
  *result = open->id;
  debug(handle, 3, "opened %s as %llu", device->name, (unsigned long long)open->id);
  return SUCCESS;
}

API int32_t openusb_close_device(uint64_t id) {
  io_not_from_callback("openusb_close_device");
  io_hang(&hang_in_close);
  if (id == 0) return SUCCESS;
  pthread_mutex_lock(&bus_lock);
  struct open_device *open = io_find(id);
  pthread_mutex_unlock(&bus_lock);
  if (open == NULL) return UNKNOWN_DEVICE;
  // Waits for callbacks, and for ever for a lock that was never given back.
  pthread_mutex_lock(&open->lock);
  pthread_mutex_unlock(&open->lock);
  io_close(open);
  return SUCCESS;
}

API int32_t openusb_get_configuration(uint64_t id, uint8_t *value) {
  struct open_device *open = enter(id, "openusb_get_configuration");
  if (open == NULL) return UNKNOWN_DEVICE;
  if (is_gone(open)) return leave(open, SYS_FUNC_FAILURE);
  return leave(open, learn_configuration(open, value));
}

API int32_t openusb_set_configuration(uint64_t id, uint8_t value) {
  struct open_device *open = enter(id, "openusb_set_configuration");
  if (open == NULL) return UNKNOWN_DEVICE;
  if (is_gone(open)) return leave(open, SYS_FUNC_FAILURE);
  struct device *device = open->device;
  if (value < 1 || value > device->descriptor[17]) return leave(open, BADARG);
  pthread_mutex_lock(&bus_lock);
  int32_t status = BADARG;
  for (int i = 0; i < device->descriptor[17]; i++) {
    if (device->configurations[i][5] == value) status = SUCCESS;
  }
  for (int i = 0; i < INTERFACES; i++) {
    if (device->holders[i] != NULL) status = BUSY;
  }
  if (status == SUCCESS) model_configure(device, value), open->knows_configuration = true;
  pthread_mutex_unlock(&bus_lock);
  return leave(open, status);
}

API int32_t openusb_claim_interface(uint64_t id, uint8_t interface, int32_t flags) {
  (void)flags;
  io_hang(&hang_in_claim);
  struct open_device *open = enter(id, "openusb_claim_interface");
  if (open == NULL) return UNKNOWN_DEVICE;
  if (is_gone(open)) return leave(open, SYS_FUNC_FAILURE);
  pthread_mutex_lock(&bus_lock);
  const uint8_t *configuration = model_configuration(open->device);
  const bool is_known = configuration != NULL && interface < configuration[4];
  if (is_known && open->device->holders[interface] != open) {
    // Whoever has it loses it, and nobody is told.
    struct open_device *holder = open->device->holders[interface];
    if (holder != NULL || open->device->has_driver[interface]) counts.evicted++;
    if (holder != NULL) holder->claims[interface] = false;
    open->device->has_driver[interface] = false;
    open->device->holders[interface] = open;
    open->alternates[interface] = 0;
  }
  if (is_known) open->claims[interface] = true;
  pthread_mutex_unlock(&bus_lock);
  return leave(open, is_known ? SUCCESS : BADARG);
}

API int32_t openusb_is_interface_claimed(uint64_t id, uint8_t interface) {
  struct open_device *open = enter(id, "openusb_is_interface_claimed");
  if (open == NULL || interface >= INTERFACES) return BADARG;
  return leave(open, open->claims[interface]);
}

static int32_t select_setting(struct open_device *open, uint8_t interface, uint8_t alternate) {
  pthread_mutex_lock(&bus_lock);
  const uint8_t *bytes = model_configuration(open->device);
  uint8_t count = 0;
  for (int at = 0; bytes != NULL && at < (bytes[2] | bytes[3] << 8); at += bytes[at]) {
    if (bytes[at + 1] == 4 && bytes[at + 2] == interface) count++;
  }
  const bool is_known = alternate < count;
  // What is selected already sends no request.
  if (is_known && open->alternates[interface] != alternate) {
    open->alternates[interface] = open->device->alternates[interface] = alternate;
    model_reset_interface(open->device, interface);
    counts.alternates_set++;
  }
  pthread_mutex_unlock(&bus_lock);
  return is_known ? SUCCESS : BADARG;
}

API int32_t openusb_release_interface(uint64_t id, uint8_t interface) {
  struct open_device *open = enter(id, "openusb_release_interface");
  if (open == NULL) return UNKNOWN_DEVICE;
  if (interface >= INTERFACES || !open->claims[interface]) return leave(open, BADARG);
  if (is_gone(open)) return leave(open, SYS_FUNC_FAILURE);
  pthread_mutex_lock(&bus_lock);
  open->claims[interface] = false;
  open->device->holders[interface] = NULL;
  open->alternates[interface] = open->device->alternates[interface] = 0;
  model_reset_interface(open->device, interface);
  pthread_mutex_unlock(&bus_lock);
  return leave(open, SUCCESS);
}

API int32_t openusb_set_altsetting(uint64_t id, uint8_t interface, uint8_t alternate) {
  struct open_device *open = enter(id, "openusb_set_altsetting");
  if (open == NULL) return UNKNOWN_DEVICE;
  // The defect: this way out does not give the lock back.
  if (!open->knows_configuration) return PARSE_ERROR;
  if (is_gone(open)) return leave(open, SYS_FUNC_FAILURE);
  if (interface >= INTERFACES || !open->claims[interface]) return leave(open, BADARG);
  return leave(open, select_setting(open, interface, alternate));
}

API int32_t openusb_get_altsetting(uint64_t id, uint8_t interface, uint8_t *alternate) {
  struct open_device *open = enter(id, "openusb_get_altsetting");
  if (open == NULL) return UNKNOWN_DEVICE;
  if (interface >= INTERFACES || !open->claims[interface]) return leave(open, BADARG);
  *alternate = open->alternates[interface];
  return leave(open, SUCCESS);
}

API int32_t openusb_reset(uint64_t id) {
  struct open_device *open = enter(id, "openusb_reset");
  if (open == NULL) return UNKNOWN_DEVICE;
  if (is_gone(open)) return leave(open, SYS_FUNC_FAILURE);
  pthread_mutex_lock(&bus_lock);
  for (int i = 0; i < INTERFACES; i++) model_reset_interface(open->device, i);
  pthread_mutex_unlock(&bus_lock);
  return leave(open, SUCCESS);
}

// --- requests ---

API int32_t openusb_xfer_aio(struct request *request) {
  io_not_from_callback("openusb_xfer_aio");
  if (request == NULL) return BADARG;
  if (request->callback == NULL) REFUSE("openusb_xfer_aio was given no callback");
  return io_submit(request);
}

API int32_t openusb_abort(struct request *request) {
  io_not_from_callback("openusb_abort");
  return request == NULL ? BADARG : io_abort(request);
}

API int32_t openusb_poll(uint32_t count, struct request **requests, struct request **done) {
  io_not_from_callback("openusb_poll");
  return requests == NULL || done == NULL ? BADARG : io_poll(count, requests, done);
}

#define WAITS(name) \
  API int32_t name(void) { REFUSE(#name " waits for a device, and for ever if that refuses"); }
WAITS(openusb_ctrl_xfer)
WAITS(openusb_intr_xfer)
WAITS(openusb_bulk_xfer)
WAITS(openusb_isoc_xfer)
WAITS(openusb_xfer_wait)
WAITS(openusb_wait)

// --- libusb 0.1, which the library has as well; whoever binds to these has been given the wrong library ---

#define NOT_OURS(name) \
  API void *name(void) { REFUSE(#name " of OpenUSB was called in place of libusb 0.1's"); }
NOT_OURS(usb_init)
NOT_OURS(usb_find_busses)
NOT_OURS(usb_find_devices)
NOT_OURS(usb_get_busses)
NOT_OURS(usb_open)
NOT_OURS(usb_close)
NOT_OURS(usb_claim_interface)
NOT_OURS(usb_release_interface)
NOT_OURS(usb_set_configuration)
NOT_OURS(usb_set_altinterface)
NOT_OURS(usb_control_msg)
NOT_OURS(usb_bulk_read)
NOT_OURS(usb_bulk_write)
NOT_OURS(usb_interrupt_read)
NOT_OURS(usb_interrupt_write)
NOT_OURS(usb_clear_halt)
NOT_OURS(usb_resetep)
NOT_OURS(usb_reset)
NOT_OURS(usb_strerror)
NOT_OURS(usb_device)
NOT_OURS(usb_set_debug)
NOT_OURS(list_add)
NOT_OURS(timeout_thread)
API void *usb_busses, *backends;
