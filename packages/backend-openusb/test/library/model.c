// Devices: a gadget zero and a keyboard, with the descriptors of those on the played bus; one with
// isochronous endpoints, one whose numbers have gaps, and a root hub.
#include "model.h"

#include <string.h>

pthread_mutex_t bus_lock = PTHREAD_MUTEX_INITIALIZER;

int defect_silent_failures = 1, defect_silent_controls = 1, defect_silent_unplug = 1;
int defect_loses_partial = 1, defect_loses_long = 1, defect_shifts_packets = 1;
int defect_refuses_strings, defect_refuses_status, defect_refuses_configuration;
int defect_drops_empty;

#define WORD(value) (value) & 0xff, (value) >> 8

static const uint8_t zero_device[18] = {18,           1,       WORD(0x0200), 0xff, 0, 0, 64,
                                        WORD(0x1209), WORD(1), WORD(0x0100), 1,    2, 3, 2};
static const uint8_t zero_everything[] = {
    9,        2,    WORD(101), 3,         1,    7, 0xc0,      50,   9, 4,         0,    0, 2,         0xff, 0,
    0,        4,    7,         5,         0x81, 2, WORD(512), 0,    7, 5,         0x01, 2, WORD(512), 0,    9,
    4,        1,    0,         0,         0xff, 0, 0,         0,    9, 4,         1,    1, 2,         0xff, 0,
    0,        5,    7,         5,         0x83, 3, WORD(64),  4,    7, 5,         0x03, 3, WORD(64),  4,    9,
    4,        2,    0,         4,         0xff, 0, 0,         6,    7, 5,         0x84, 2, WORD(512), 0,    7,
    5,        0x04, 2,         WORD(512), 0,    7, 5,         0x85, 2, WORD(512), 0,    7, 5,         0x86, 3,
    WORD(64), 4};
static const uint8_t zero_less[] = {9, 2,         WORD(32), 1,    2, 8,    0x80, 100,       9, 4,
                                    0, 0,         2,        0xff, 0, 0,    8,    7,         5, 0x84,
                                    2, WORD(512), 0,        7,    5, 0x04, 2,    WORD(512), 0};

static const uint8_t isoc_device[18] = {18,           1,       WORD(0x0110), 0xff, 0, 0, 64,
                                        WORD(0x1209), WORD(3), WORD(0x0100), 1,    2, 3, 1};
static const uint8_t isoc_only[] = {9,    2, WORD(41), 1, 1,         0, 0x80, 50, 9,    4,    0,         0, 0,
                                    0xff, 0, 0,        0, 9,         4, 0,    1,  2,    0xff, 0,         0, 0,
                                    7,    5, 0x82,     1, WORD(192), 1, 7,    5,  0x02, 1,    WORD(192), 1};

static const uint8_t gaps_device[18] = {18,           1,       WORD(0x0200), 0, 0, 0, 64,
                                        WORD(0x1209), WORD(5), WORD(0x0100), 1, 2, 3, 1};
static const uint8_t gaps_only[] = {9,    2, WORD(41), 2, 3, 0, 0x80, 50, 9,         4, 0,         0, 1,
                                    0xff, 0, 0,        0, 7, 5, 0x81, 2,  WORD(512), 0, 9,         4, 5,
                                    0,    1, 0xff,     0, 0, 0, 7,    5,  0x82,      2, WORD(512), 0};

static const uint8_t keyboard_device[18] = {18,           1,       WORD(0x0110), 0, 0, 0, 8,
                                            WORD(0x1209), WORD(2), WORD(0x0100), 1, 2, 0, 1};
static const uint8_t keyboard_only[] = {9, 2, WORD(34), 1,        1, 0, 0xa0, 50, 9,       4,
                                        0, 0, 1,        3,        1, 1, 0,    9,  0x21,    WORD(0x0111),
                                        0, 1, 0x22,     WORD(63), 7, 5, 0x81, 3,  WORD(8), 10};

static const uint8_t hub_device[18] = {18,           1,       WORD(0x0200), 9, 0, 1, 64,
                                       WORD(0x1d6b), WORD(2), WORD(0x0601), 3, 2, 1, 1};
static const uint8_t hub_only[] = {9, 2, WORD(25), 1, 1, 0, 0xe0, 0,    9, 4,       0, 0,
                                   1, 9, 0,        0, 0, 7, 5,    0x81, 3, WORD(4), 12};

static_assert(sizeof(zero_everything) == 101 && sizeof(zero_less) == 32 && sizeof(isoc_only) == 41 &&
                  sizeof(gaps_only) == 41 && sizeof(keyboard_only) == 34 && sizeof(hub_only) == 25,
              "wTotalLength");

static struct device devices[] = {
    {.name = "hub",
     .descriptor = hub_device,
     .configurations = {hub_only},
     .strings = {"", "1", "Hub", "tsusb"}},
    {.name = "zero",
     .descriptor = zero_device,
     .configurations = {zero_everything, zero_less},
     .strings = {"", "tsusb", "Test Zero", "T0001", "bulk loopback", "interrupt loopback",
                 "source, sink and silence", "everything", "source and sink"}},
    {.name = "isochronous",
     .descriptor = isoc_device,
     .configurations = {isoc_only},
     .strings = {"", "tsusb", "Test Packets", "T0003"}},
    {.name = "keyboard",
     .descriptor = keyboard_device,
     .configurations = {keyboard_only},
     .strings = {"", "tsusb", "Test Keyboard"}},
    {.name = "gaps",
     .descriptor = gaps_device,
     .configurations = {gaps_only},
     .strings = {"", "tsusb", "Test Gaps", "T0005"}},
};
enum { DEVICES = sizeof(devices) / sizeof(*devices) };

static uint64_t last_id = 100;

struct device *model_each(int index) { return index < DEVICES ? &devices[index] : NULL; }

struct device *model_find(uint64_t id) {
  for (int i = 0; i < DEVICES; i++) {
    if (devices[i].is_plugged && devices[i].id == id) return &devices[i];
  }
  return NULL;
}

struct device *model_named(const char *name) {
  for (int i = 0; i < DEVICES; i++) {
    if (strcmp(devices[i].name, name) == 0) return &devices[i];
  }
  return NULL;
}

const uint8_t *model_configuration(const struct device *device) {
  for (int i = 0; i < device->descriptor[17]; i++) {
    if (device->configurations[i][5] == device->active) return device->configurations[i];
  }
  return NULL;
}

struct endpoint *model_endpoint(struct device *device, uint8_t address) {
  for (int i = 0; i < device->endpoint_count; i++) {
    struct endpoint *endpoint = &device->endpoints[i];
    if (endpoint->address == address && device->alternates[endpoint->interface] == endpoint->alternate)
      return endpoint;
  }
  return NULL;
}

static void empty(struct endpoint *endpoint) {
  while (endpoint->first != NULL) {
    struct packet *packet = endpoint->first;
    endpoint->first = packet->next;
    free(packet);
  }
  endpoint->last = &endpoint->first;
  endpoint->held = 0;
  endpoint->is_halted = false;
}

void model_reset_interface(struct device *device, int interface) {
  for (int i = 0; i < device->endpoint_count; i++) {
    if (device->endpoints[i].interface == interface) empty(&device->endpoints[i]);
  }
}

void model_configure(struct device *device, uint8_t value) {
  for (int i = 0; i < device->endpoint_count; i++) empty(&device->endpoints[i]);
  memset(device->alternates, 0, sizeof(device->alternates));
  device->endpoint_count = 0;
  device->active = value;
  const uint8_t *bytes = model_configuration(device);
  if (bytes == NULL) return;
  uint8_t interface = 0, alternate = 0;
  for (int offset = 0; offset < (bytes[2] | bytes[3] << 8); offset += bytes[offset]) {
    const uint8_t *each = bytes + offset;
    if (each[1] == 4) interface = each[2], alternate = each[3];
    if (each[1] != 5) continue;
    struct endpoint *endpoint = &device->endpoints[device->endpoint_count++];
    *endpoint = (struct endpoint){.address = each[2],
                                  .type = each[3] & 3,
                                  .packet_size = each[4] | each[5] << 8,
                                  .interface = interface,
                                  .alternate = alternate};
    endpoint->last = &endpoint->first;
    endpoint->last_urb = &endpoint->urbs;
    const uint8_t address = endpoint->address;
    endpoint->role = address == 0x84                      ? SOURCE
                     : address == 0x04                    ? SINK
                     : address == 0x85 || address == 0x86 ? SILENT
                                                          : LOOPBACK;
    endpoint->echo = address ^ 0x80;
  }
}

void model_plug(struct device *device) {
  device->is_plugged = true;
  device->id = ++last_id;
  device->controls = NULL;
  device->last_control = &device->controls;
  memset(device->holders, 0, sizeof(device->holders));
  memset(device->store, 0, sizeof(device->store));
  // The system has selected the first configuration.
  model_configure(device, device->configurations[0][5]);
}

static void drop_all(struct urb **list, struct urb ***last) {
  struct urb *urb = *list;
  *list = NULL;
  *last = list;
  while (urb != NULL) {
    struct urb *next = urb->next;
    urb->status = SYS_FUNC_FAILURE;
    if (defect_silent_unplug)
      urb->is_dead = true;
    else
      io_done(urb);
    urb = next;
  }
}

void model_unplug(struct device *device) {
  device->is_plugged = false;
  drop_all(&device->controls, &device->last_control);
  for (int i = 0; i < device->endpoint_count; i++)
    drop_all(&device->endpoints[i].urbs, &device->endpoints[i].last_urb);
}

void model_init(void) {
  for (int i = 0; i < DEVICES; i++) {
    if (!devices[i].is_plugged) model_plug(&devices[i]);
  }
}
