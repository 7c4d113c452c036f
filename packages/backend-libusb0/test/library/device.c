#include "device.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const uint8_t device_descriptor[18] = {18,   1,    0x00, 0x02, 0xff, 0, 0, 64, 0x09,
                                       0x12, 0x01, 0x00, 0x00, 0x01, 1, 2, 3,  2};

#define INTERFACE(number, setting, endpoints) 9, 4, number, setting, endpoints, 0xff, 0, 0, 0
#define ENDPOINT(address, type, low, high, interval) 7, 5, address, type, low, high, interval
// With a class-specific descriptor behind the configuration, an interface and an endpoint.
static const uint8_t first[] = {9,
                                2,
                                136,
                                0,
                                4,
                                1,
                                0,
                                0x80,
                                50,
                                4,
                                0x21,
                                1,
                                2,
                                INTERFACE(0, 0, 2),
                                ENDPOINT(0x81, 2, 0, 2, 0),
                                ENDPOINT(0x01, 2, 0, 2, 0),
                                INTERFACE(1, 0, 0),
                                INTERFACE(1, 1, 2),
                                ENDPOINT(0x83, 3, 64, 0, 4),
                                ENDPOINT(0x03, 3, 64, 0, 4),
                                INTERFACE(2, 0, 4),
                                5,
                                0x24,
                                3,
                                4,
                                5,
                                ENDPOINT(0x84, 2, 0, 2, 0),
                                3,
                                0x25,
                                6,
                                ENDPOINT(0x04, 2, 0, 2, 0),
                                ENDPOINT(0x85, 2, 0, 2, 0),
                                ENDPOINT(0x86, 3, 64, 0, 4),
                                INTERFACE(3, 0, 2),
                                ENDPOINT(0x87, 1, 0, 1, 1),
                                ENDPOINT(0x07, 1, 0, 1, 1)};
static const uint8_t second[] = {9,
                                 2,
                                 32,
                                 0,
                                 1,
                                 2,
                                 0,
                                 0x80,
                                 50,
                                 INTERFACE(0, 0, 2),
                                 ENDPOINT(0x84, 2, 0, 2, 0),
                                 ENDPOINT(0x04, 2, 0, 2, 0)};
_Static_assert(sizeof(first) == 136, "wTotalLength of the first");
_Static_assert(sizeof(second) == 32, "wTotalLength of the second");
const uint8_t *const configurations[2] = {first, second};

static const char *const strings[] = {"tsusb", "Test Device", "TEST-0001"};

struct packet {
  struct packet *next;
  int size;
  uint8_t bytes[];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int plugging = 1, is_plugged = 1, configuration = 1;
static const struct handle *holders[INTERFACES];
static int settings[INTERFACES];
// Counts what ended all transfers of an interface.
static int ended[INTERFACES];
static struct packet *queues[16];
static int halted[32];
static uint8_t store[4096];

static int index_of(int endpoint) { return (endpoint & 15) | (endpoint & 0x80) >> 3; }
static int packet_size_of(int endpoint) { return (endpoint & 15) == 3 || (endpoint & 15) == 6 ? 64 : 512; }
static int interface_of(int endpoint) {
  static const int interfaces[16] = {-1, 0, -1, 1, 2, 2, 2, 3, -1, -1, -1, -1, -1, -1, -1, -1};
  return interfaces[endpoint & 15];
}

static void empty(int number) {
  for (int i = 0; i < 16; i++) {
    if (interface_of(i) != number) continue;
    while (queues[i] != NULL) {
      struct packet *packet = queues[i];
      queues[i] = packet->next;
      free(packet);
    }
    halted[i] = halted[i + 16] = 0;
  }
  ended[number]++;
}

static void look(void) {
  const int was = is_plugged;
  is_plugged = access(TSUSB_UNPLUGGED, F_OK) != 0;
  if (was && !is_plugged) {
    plugging++;
    configuration = 1;
    memset(holders, 0, sizeof(holders));
    memset(settings, 0, sizeof(settings));
    for (int i = 0; i < INTERFACES; i++) empty(i);
    pthread_cond_broadcast(&changed);
  }
}

static int enter(const struct handle *handle) {
  pthread_mutex_lock(&mutex);
  look();
  return is_plugged && (handle == NULL || handle->plugging == plugging);
}

static int leave(int result) {
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  return result;
}

int device_plugging(void) { return leave(enter(NULL) ? plugging : 0); }

int device_claim(struct handle *handle, int number) {
  if (!enter(handle)) return leave(-ENODEV);
  const int count = configuration == 1 ? INTERFACES : configuration == 2 ? 1 : 0;
  if (number < 0 || number >= count) return leave(-ENOENT);
  if (holders[number] != NULL && holders[number] != handle) return leave(-EBUSY);
  holders[number] = handle;
  handle->claimed[number] = 1;
  handle->interface = number;
  return leave(0);
}

int device_release(struct handle *handle, int number) {
  if (!enter(handle)) return leave(-ENODEV);
  if (number < 0 || number >= INTERFACES || holders[number] != handle) return leave(-EINVAL);
  holders[number] = NULL;
  handle->claimed[number] = 0;
  handle->interface = -1;
  if (settings[number] != 0) empty(number);
  settings[number] = 0;
  ended[number]++;
  return leave(0);
}

int device_select(struct handle *handle, int number, int setting) {
  if (!enter(handle)) return leave(-ENODEV);
  if (number < 0 || setting < 0 || setting > (number == 1)) return leave(-EINVAL);
  settings[number] = setting;
  empty(number);
  return leave(0);
}

int device_configure(int value) {
  if (!enter(NULL)) return leave(-ENODEV);
  for (int i = 0; i < INTERFACES; i++) {
    if (holders[i] != NULL) return leave(-EBUSY);
  }
  if (value < 0 || value > 2) return leave(-EINVAL);
  configuration = value;
  for (int i = 0; i < INTERFACES; i++) {
    settings[i] = 0;
    empty(i);
  }
  return leave(0);
}

int device_clear_halt(int endpoint) {
  if (!enter(NULL)) return leave(-ENODEV);
  if (interface_of(endpoint) < 0) return leave(-ENOENT);
  halted[index_of(endpoint)] = 0;
  return leave(0);
}

void device_reset(void) {
  enter(NULL);
  for (int i = 0; i < INTERFACES; i++) {
    settings[i] = 0;
    empty(i);
  }
  leave(0);
}

static int give(uint8_t *bytes, int size, const void *from, int length) {
  if (length > size) length = size;
  memcpy(bytes, from, length);
  return length;
}

static int describe(int value, uint8_t *bytes, int size) {
  const int type = value >> 8, index = value & 0xff;
  if (type == 1 && index == 0) return give(bytes, size, device_descriptor, 18);
  if (type == 2 && index < 2) return give(bytes, size, configurations[index], configurations[index][2]);
  if (type != 3 || index > 3) return -EPIPE;
  uint8_t string[64] = {4, 3, 0x09, 0x04};
  if (index > 0) {
    const char *text = strings[index - 1];
    string[0] = (uint8_t)(2 + 2 * strlen(text));
    memset(string + 2, 0, sizeof(string) - 2);
    for (int i = 0; text[i] != '\0'; i++) string[2 + 2 * i] = (uint8_t)text[i];
  }
  return give(bytes, size, string, string[0]);
}

static int answer(int type, int request, int value, int index, uint8_t *bytes, int size) {
  const uint8_t endpoint_status[2] = {(uint8_t)halted[index_of(index)], 0}, status[2] = {0, 0};
  const uint8_t active = (uint8_t)configuration;
  switch (type << 8 | request) {
    case 0x8006:
      return describe(value, bytes, size);
    case 0x8000:
    case 0x8100:
      return give(bytes, size, status, 2);
    case 0x8200:
      return interface_of(index) < 0 ? -EPIPE : give(bytes, size, endpoint_status, 2);
    case 0x8008:
      return give(bytes, size, &active, 1);
    case 0x810a: {
      if (index >= INTERFACES) return -EPIPE;
      const uint8_t setting = (uint8_t)settings[index];
      return give(bytes, size, &setting, 1);
    }
    case 0x0201:
    case 0x0203:
      if (value != 0 || interface_of(index) < 0) return -EPIPE;
      halted[index_of(index)] = request == 3;
      return 0;
    case 0x405b:
      if (size > (int)sizeof(store)) return -EPIPE;
      memcpy(store, bytes, size);
      return size;
    case 0xc05c:
      return size > (int)sizeof(store) ? -EPIPE : give(bytes, size, store, size);
    default:
      return -EPIPE;
  }
}

int device_control(struct handle *handle, int type, int request, int value, int index, uint8_t *bytes,
                   int size) {
  if (!enter(handle)) return leave(-ENODEV);
  return leave(answer(type, request, value, index, bytes, size));
}

// Waits a little for a change; others act on the device meanwhile.
static void pause_a_little(void) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 2000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  pthread_cond_timedwait(&changed, &mutex, &until);
  look();
}

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

struct wait {
  const struct handle *handle;
  int number, ended_before;
  double deadline;
  const volatile int *cancelled;
};

// 0 as long as it goes on.
static enum outcome over(const struct wait *wait, int endpoint) {
  if (!is_plugged || wait->handle->plugging != plugging) return GONE;
  if (wait->ended_before != ended[wait->number] || (wait->cancelled != NULL && *wait->cancelled))
    return ENDED;
  if (halted[index_of(endpoint)]) return HALTED;
  return wait->deadline > 0 && now_ms() >= wait->deadline ? TIMED_OUT : DONE;
}

static struct packet *take(int endpoint) {
  struct packet *packet = queues[endpoint & 15];
  if (packet != NULL) queues[endpoint & 15] = packet->next;
  return packet;
}

static void put(int endpoint, const uint8_t *bytes, int size) {
  struct packet *packet = malloc(sizeof(*packet) + size);
  packet->next = NULL;
  packet->size = size;
  memcpy(packet->bytes, bytes, size);
  struct packet **end = &queues[endpoint & 15];
  while (*end != NULL) end = &(*end)->next;
  *end = packet;
}

enum outcome device_read(struct handle *handle, int endpoint, uint8_t *bytes, int size, int timeout,
                         const volatile int *cancelled, int *done) {
  const int number = interface_of(endpoint), packet_size = packet_size_of(endpoint);
  enum outcome outcome = DONE;
  int is_short = 0;
  *done = 0;
  if (!enter(handle)) return leave(GONE);
  if (number < 0) return leave(WRONG);
  const struct wait wait = {handle, number, ended[number], timeout > 0 ? now_ms() + timeout : 0, cancelled};
  do {
    struct packet *packet = NULL;
    if ((endpoint & 15) == 4) {
      put(endpoint, (uint8_t[512]){0}, packet_size);
    }
    while ((outcome = over(&wait, endpoint)) == DONE && (packet = take(endpoint)) == NULL) pause_a_little();
    if (packet == NULL) break;
    const int room = size - *done, length = packet->size < room ? packet->size : room;
    memcpy(bytes + *done, packet->bytes, length);
    *done += length;
    is_short = packet->size < packet_size;
    if (packet->size > room) outcome = OVERFLOWED;
    free(packet);
  } while (outcome == DONE && !is_short && *done < size);
  return leave(outcome);
}

enum outcome device_write(struct handle *handle, int endpoint, const uint8_t *bytes, int size, int *done) {
  const int packet_size = packet_size_of(endpoint);
  *done = 0;
  if (!enter(handle)) return leave(GONE);
  if (interface_of(endpoint) < 0) return leave(WRONG);
  if (halted[index_of(endpoint)]) return leave(HALTED);
  do {
    const int length = size - *done < packet_size ? size - *done : packet_size;
    if ((endpoint & 15) != 4) put(endpoint, bytes + *done, length);
    *done += length;
  } while (*done < size);
  return leave(DONE);
}

enum outcome device_isochronous(struct handle *handle, int endpoint, uint8_t *bytes, int size,
                                int packet_size, int *done) {
  *done = 0;
  if (!enter(handle)) return leave(GONE);
  if (interface_of(endpoint) < 0) return leave(WRONG);
  for (int at = 0; at < size; at += packet_size) {
    const int length = size - at < packet_size ? size - at : packet_size;
    if ((endpoint & 0x80) == 0) {
      put(endpoint, bytes + at, length);
      *done += length;
      continue;
    }
    // The bus does not wait: where there is none, its packet is empty.
    struct packet *packet = take(endpoint);
    if (packet == NULL) continue;
    *done += give(bytes + at, length, packet->bytes, packet->size);
    free(packet);
  }
  return leave(DONE);
}
