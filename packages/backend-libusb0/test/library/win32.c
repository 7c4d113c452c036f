// A libusb 0.1 as libusb-win32 is one: packed, with -116 for timeouts, and its asynchronous calls. For Linux.
#define TSUSB_PACKED
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "usb0.h"

#define BUS_NAME "bus-0"
#define DEVICE_NAME "\\\\.\\libusb0-%04d"
#include "lists.h"

enum { ETRANSFER_TIMEDOUT = 116 };

struct usb_version {
  struct {
    int major, minor, micro, nano;
  } dll, driver;
};

const struct usb_version *usb_get_version(void) {
  static const struct usb_version version = {{1, 2, 6, 0}, {1, 2, 6, 0}};
  return &version;
}

void usb_init(void) {}
void usb_set_debug(int level) { (void)level; }

static int moved(enum outcome outcome, int done) {
  switch (outcome) {
    case TIMED_OUT:
      return -ETRANSFER_TIMEDOUT;
    case WRONG:
      return -EINVAL;
    // What does not fit is dropped in silence.
    case DONE:
    case OVERFLOWED:
      return done;
    // It has no other word, not for a stall either.
    default:
      return -EIO;
  }
}

struct context {
  struct handle *handle;
  int endpoint, packet_size;
  uint8_t *bytes;
  int size, done;
  enum outcome outcome;
  volatile int cancelled;
  int is_running;
  // Requests of an endpoint are done in the order of their submission.
  unsigned turn;
  pthread_t thread;
};

static pthread_mutex_t turns = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static unsigned last_turn[256], turn[256];

static int set_up(struct handle *handle, struct context **context, int endpoint, int packet_size) {
  *context = calloc(1, sizeof(**context));
  (*context)->handle = handle;
  (*context)->endpoint = endpoint;
  (*context)->packet_size = packet_size;
  return 0;
}

int usb_isochronous_setup_async(struct handle *handle, struct context **context, unsigned char endpoint,
                                int size) {
  return set_up(handle, context, endpoint, size);
}
int usb_bulk_setup_async(struct handle *handle, struct context **context, unsigned char endpoint) {
  return set_up(handle, context, endpoint, 0);
}
int usb_interrupt_setup_async(struct handle *handle, struct context **context, unsigned char endpoint) {
  return set_up(handle, context, endpoint, 0);
}

static void *run(void *argument) {
  struct context *c = argument;
  pthread_mutex_lock(&turns);
  while (turn[c->endpoint] != c->turn) pthread_cond_wait(&turned, &turns);
  pthread_mutex_unlock(&turns);
  if (c->packet_size > 0) {
    c->outcome = device_isochronous(c->handle, c->endpoint, c->bytes, c->size, c->packet_size, &c->done);
  } else if ((c->endpoint & 0x80) != 0) {
    c->outcome = device_read(c->handle, c->endpoint, c->bytes, c->size, 0, &c->cancelled, &c->done);
  } else {
    c->outcome = device_write(c->handle, c->endpoint, c->bytes, c->size, &c->done);
  }
  pthread_mutex_lock(&turns);
  turn[c->endpoint]++;
  pthread_cond_broadcast(&turned);
  pthread_mutex_unlock(&turns);
  return NULL;
}

int usb_submit_async(struct context *context, char *bytes, int size) {
  context->bytes = (uint8_t *)bytes;
  context->size = size;
  context->is_running = 1;
  pthread_mutex_lock(&turns);
  context->turn = last_turn[context->endpoint]++;
  pthread_mutex_unlock(&turns);
  return pthread_create(&context->thread, NULL, run, context) == 0 ? 0 : -ENOMEM;
}

int usb_reap_async_nocancel(struct context *context, int timeout) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += timeout / 1000;
  until.tv_nsec += timeout % 1000 * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    until.tv_sec++;
  }
  if (pthread_timedjoin_np(context->thread, NULL, &until) != 0) return -ETRANSFER_TIMEDOUT;
  context->is_running = 0;
  return moved(context->outcome, context->done);
}

int usb_cancel_async(struct context *context) {
  context->cancelled = 1;
  return 0;
}

int usb_free_async(struct context **context) {
  // Whoever frees what is in flight has freed its memory.
  if ((*context)->is_running) abort();
  free(*context);
  *context = NULL;
  return 0;
}

// The blocking calls, by the others.
static int transfer(struct handle *handle, int endpoint, char *bytes, int size, int timeout) {
  struct context *context;
  set_up(handle, &context, endpoint, 0);
  usb_submit_async(context, bytes, size);
  int result = usb_reap_async_nocancel(context, timeout == 0 ? 0x7fffffff : timeout);
  if (result == -ETRANSFER_TIMEDOUT) {
    usb_cancel_async(context);
    usb_reap_async_nocancel(context, 5000);
  }
  usb_free_async(&context);
  return result;
}
int usb_bulk_read(struct handle *handle, int endpoint, char *bytes, int size, int timeout) {
  return transfer(handle, endpoint, bytes, size, timeout);
}
int usb_interrupt_read(struct handle *handle, int endpoint, char *bytes, int size, int timeout) {
  return transfer(handle, endpoint, bytes, size, timeout);
}
int usb_bulk_write(struct handle *handle, int endpoint, const char *bytes, int size, int timeout) {
  return transfer(handle, endpoint, (char *)bytes, size, timeout);
}
int usb_interrupt_write(struct handle *handle, int endpoint, const char *bytes, int size, int timeout) {
  return transfer(handle, endpoint, (char *)bytes, size, timeout);
}

int usb_control_msg(struct handle *handle, int type, int request, int value, int index, char *bytes, int size,
                    int timeout) {
  (void)timeout;
  const int result = device_control(handle, type, request, value, index, (uint8_t *)bytes, size);
  return result < 0 ? -EIO : result;
}

int usb_set_configuration(struct handle *handle, int value) {
  (void)handle;
  return device_configure(value);
}
int usb_claim_interface(struct handle *handle, int number) { return device_claim(handle, number); }
int usb_release_interface(struct handle *handle, int number) { return device_release(handle, number); }
int usb_set_altinterface(struct handle *handle, int setting) {
  return device_select(handle, handle->interface, setting);
}
int usb_clear_halt(struct handle *handle, unsigned int endpoint) {
  (void)handle;
  return device_clear_halt((int)endpoint);
}
// The handle is of no use afterwards.
int usb_reset(struct handle *handle) {
  for (int i = 0; i < INTERFACES; i++) {
    if (handle->claimed[i]) device_release(handle, i);
  }
  device_reset();
  handle->plugging = -1;
  return 0;
}
