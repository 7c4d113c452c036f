// What the devices do with the requests that reach them. Everything here runs with bus_lock held.
#include <string.h>

#include "model.h"

// Bytes that a loopback holds before it takes no more.
enum { CAPACITY = 1 << 20 };
// The library cuts longer requests into pieces of this size.
enum { PIECE = 16384 };
// A vendor request that is never answered.
enum { NEVER = 0x60 };

static void finish(struct urb *urb, int32_t status) {
  urb->status = status;
  io_done(urb);
}

static void fail(struct urb *urb) {
  urb->status = SYS_FUNC_FAILURE;
  if (defect_silent_failures)
    urb->is_dead = true;
  else
    io_done(urb);
}

// --- control ---

static struct endpoint *halted(struct device *device, uint16_t index) {
  return model_endpoint(device, index & 0xff);
}

static int string_descriptor(const struct device *device, uint8_t index, uint8_t *bytes) {
  if (defect_refuses_strings || index > 8 || device->strings[index] == NULL) return -1;
  if (index == 0) return memcpy(bytes, "\4\3\x09\4", 4), 4;
  const int length = (int)strlen(device->strings[index]);
  bytes[0] = (uint8_t)(2 + 2 * length);
  bytes[1] = 3;
  for (int i = 0; i < length; i++)
    bytes[2 + 2 * i] = (uint8_t)device->strings[index][i], bytes[3 + 2 * i] = 0;
  return bytes[0];
}

static int descriptor(const struct device *device, uint16_t value, uint8_t *bytes) {
  const uint8_t type = value >> 8, index = value & 0xff;
  if (type == 1) return memcpy(bytes, device->descriptor, 18), 18;
  if (type == 2 && index < device->descriptor[17]) {
    const uint8_t *from = device->configurations[index];
    const int length = from[2] | from[3] << 8;
    return memcpy(bytes, from, (size_t)length), length;
  }
  return type == 3 ? string_descriptor(device, index, bytes) : -1;
}

// Answers into `bytes`; gives the number of bytes, or -1 for a refusal.
static int answer(struct device *device, const struct setup *setup, uint8_t *bytes, uint32_t length) {
  const uint8_t *configuration = model_configuration(device);
  struct endpoint *endpoint = halted(device, setup->index);
  switch (setup->request_type << 8 | setup->request) {
    case 0x8006:
      return descriptor(device, setup->value, bytes);
    case 0x8008:
      return defect_refuses_configuration ? -1 : (bytes[0] = device->active, 1);
    case 0x8000:
      return defect_refuses_status ? -1 : (bytes[0] = 1, bytes[1] = 0, 2);
    case 0x8100:
      return configuration == NULL || setup->index >= configuration[4] ? -1 : (bytes[0] = bytes[1] = 0, 2);
    case 0x0009:
      model_configure(device, (uint8_t)setup->value);
      return 0;
    case 0x8200:
      return endpoint == NULL ? -1 : (bytes[0] = endpoint->is_halted, bytes[1] = 0, 2);
    case 0x0201:
    case 0x0203:
      if (endpoint == NULL || setup->value != 0) return -1;
      endpoint->is_halted = setup->request == 3;
      return 0;
    case 0x810a:
      return configuration == NULL || setup->index >= configuration[4]
                 ? -1
                 : (bytes[0] = device->alternates[setup->index], 1);
    case 0x405b:
      if (setup->value != 0 || setup->index != 0) return -1;
      memcpy(device->store, bytes, length);
      return (int)length;
    case 0xc05c:
      if (setup->value != 0 || setup->index != 0) return -1;
      memcpy(bytes, device->store, length);
      return (int)length;
    default:
      return -1;
  }
}

static void serve_controls(struct device *device) {
  while (device->controls != NULL) {
    struct urb *urb = device->controls;
    struct ctrl_request *ctrl = urb->copy.of.ctrl;
    if (ctrl->setup.request == NEVER) return;
    device->controls = urb->next;
    if (device->controls == NULL) device->last_control = &device->controls;
    uint8_t bytes[4096] = {0};
    const bool is_in = (ctrl->setup.request_type & 0x80) != 0;
    if (!is_in && ctrl->length > 0) memcpy(bytes, ctrl->payload, ctrl->length);
    const int length = answer(device, &ctrl->setup, bytes, ctrl->length);
    if (length < 0) {
      urb->status = IO_STALL;
      if (defect_silent_controls)
        urb->is_dead = true;
      else
        io_done(urb);
      continue;
    }
    urb->moved = (uint32_t)length < ctrl->length ? (uint32_t)length : ctrl->length;
    // As the library does: all that was asked for, and also outwards.
    if (ctrl->length > 0) memcpy(ctrl->payload, bytes, ctrl->length);
    finish(urb, SUCCESS);
  }
}

void bus_answer(struct device *device) {
  struct urb *urb = device->controls;
  if (urb == NULL) return;
  device->controls = urb->next;
  if (device->controls == NULL) device->last_control = &device->controls;
  finish(urb, SUCCESS);
  serve_controls(device);
}

// --- bulk and interrupt ---

static uint8_t *payload_of(const struct urb *urb) {
  return urb->copy.type == TYPE_BULK ? urb->copy.of.bulk->payload : urb->copy.of.intr->payload;
}

static uint32_t length_of(const struct urb *urb) {
  return urb->copy.type == TYPE_BULK ? urb->copy.of.bulk->length : urb->copy.of.intr->length;
}

static void put(struct endpoint *endpoint, const uint8_t *bytes, uint32_t length) {
  struct packet *packet = malloc(sizeof(*packet) + length);
  packet->next = NULL;
  packet->length = length;
  if (length > 0) memcpy(packet->bytes, bytes, length);
  *endpoint->last = packet;
  endpoint->last = &packet->next;
  endpoint->held += length;
}

static struct packet *take(struct endpoint *endpoint) {
  struct packet *packet = endpoint->first;
  if (packet == NULL) return NULL;
  endpoint->first = packet->next;
  if (endpoint->first == NULL) endpoint->last = &endpoint->first;
  endpoint->held -= packet->length;
  return packet;
}

// True if the urb has ended.
static bool read_packets(struct endpoint *endpoint, struct urb *urb) {
  const uint32_t length = length_of(urb);
  if (endpoint->role == SOURCE) {
    memset(payload_of(urb), 0, length);
    urb->moved = length;
    return finish(urb, SUCCESS), true;
  }
  while (urb->moved < length) {
    struct packet *packet = take(endpoint);
    if (packet == NULL) return false;
    const bool is_short = packet->length < endpoint->packet_size;
    const bool is_too_long = packet->length > length - urb->moved;
    if (!is_too_long && packet->length > 0)
      memcpy(payload_of(urb) + urb->moved, packet->bytes, packet->length);
    if (!is_too_long) urb->moved += packet->length;
    free(packet);
    if (is_too_long) return fail(urb), true;
    if (!is_short) continue;
    if (defect_loses_long && length > PIECE) urb->moved -= urb->moved % PIECE;
    break;
  }
  return finish(urb, SUCCESS), true;
}

static bool write_packets(struct device *device, struct endpoint *endpoint, struct urb *urb) {
  const uint32_t length = length_of(urb);
  struct endpoint *echo = endpoint->role == LOOPBACK ? model_endpoint(device, endpoint->echo) : NULL;
  if (endpoint->role == SINK) urb->moved = length;
  if (echo != NULL && length == 0) put(echo, NULL, 0);
  while (echo != NULL && urb->moved < length) {
    const uint32_t left = length - urb->moved;
    const uint32_t size = left < endpoint->packet_size ? left : endpoint->packet_size;
    if (echo->held + size > CAPACITY) return false;
    put(echo, payload_of(urb) + urb->moved, size);
    urb->moved += size;
  }
  return finish(urb, SUCCESS), true;
}

// --- isochronous ---

// As the library copies: each packet's bytes are looked for behind those of the one before it.
static void copy_packets(struct isoc_request *isoc, const uint8_t *bytes) {
  uint32_t actual = 0, slot = 0;
  for (uint32_t i = 0; i < isoc->packets.count; i++) {
    const uint32_t moved = isoc->results[i].transferred_bytes;
    memcpy(isoc->packets.packets[i].payload, bytes + (defect_shifts_packets ? actual : slot), moved);
    actual += moved;
    slot += isoc->packets.packets[i].length;
  }
}

static void read_isochronous(struct endpoint *endpoint, struct urb *urb) {
  struct isoc_request *isoc = urb->copy.of.isoc;
  uint32_t total = 0;
  for (uint32_t i = 0; i < isoc->packets.count; i++) total += isoc->packets.packets[i].length;
  uint8_t *bytes = calloc(total + 1, 1);
  uint32_t slot = 0;
  for (uint32_t i = 0; i < isoc->packets.count; i++) {
    struct packet *packet = take(endpoint);
    const uint32_t room = isoc->packets.packets[i].length;
    const uint32_t moved = packet == NULL ? 0 : packet->length < room ? packet->length : room;
    if (moved > 0) memcpy(bytes + slot, packet->bytes, moved);
    free(packet);
    isoc->results[i].transferred_bytes = moved;
    urb->moved += moved;
    slot += room;
  }
  copy_packets(isoc, bytes);
  free(bytes);
  finish(urb, SUCCESS);
}

static void write_isochronous(struct device *device, struct endpoint *endpoint, struct urb *urb) {
  struct isoc_request *isoc = urb->copy.of.isoc;
  struct endpoint *echo = model_endpoint(device, endpoint->echo);
  for (uint32_t i = 0; i < isoc->packets.count; i++) {
    const struct isoc_packet *packet = &isoc->packets.packets[i];
    put(echo, packet->payload, packet->length);
    isoc->results[i].transferred_bytes = packet->length;
    urb->moved += packet->length;
  }
  finish(urb, SUCCESS);
}

// --- all of them ---

// Carries out one urb as far as it goes. True if it has ended.
static bool serve(struct device *device, struct endpoint *endpoint, struct urb *urb) {
  const bool is_in = (endpoint->address & 0x80) != 0;
  if (endpoint->is_halted) return finish(urb, IO_STALL), true;
  if (endpoint->role == SILENT) return false;
  if (urb->copy.type == TYPE_ISOCHRONOUS && is_in) return read_isochronous(endpoint, urb), true;
  if (urb->copy.type == TYPE_ISOCHRONOUS) return write_isochronous(device, endpoint, urb), true;
  return is_in ? read_packets(endpoint, urb) : write_packets(device, endpoint, urb);
}

static void serve_endpoints(struct device *device) {
  for (bool again = true; again;) {
    again = false;
    for (int i = 0; i < device->endpoint_count; i++) {
      struct endpoint *endpoint = &device->endpoints[i];
      struct urb *urb = endpoint->urbs;
      if (urb == NULL || model_endpoint(device, endpoint->address) != endpoint) continue;
      struct urb *next = urb->next;
      const uint32_t moved = urb->moved;
      if (serve(device, endpoint, urb)) {
        endpoint->urbs = next;
        if (next == NULL) endpoint->last_urb = &endpoint->urbs;
        again = true;
      } else if (urb->moved != moved) {
        again = true;
      }
    }
  }
}

void bus_submit(struct urb *urb) {
  struct device *device = urb->device;
  urb->next = NULL;
  if (urb->copy.type == TYPE_CONTROL) {
    *device->last_control = urb;
    device->last_control = &urb->next;
    serve_controls(device);
  } else if (defect_drops_empty && urb->copy.type != TYPE_ISOCHRONOUS && length_of(urb) == 0) {
    urb->is_dead = true;
  } else {
    struct endpoint *endpoint = model_endpoint(device, urb->copy.endpoint);
    *endpoint->last_urb = urb;
    endpoint->last_urb = &urb->next;
  }
  // A control request may have halted an endpoint, or ended its halt.
  serve_endpoints(device);
}

static bool unlink_from(struct urb **list, struct urb ***last, struct urb *urb) {
  for (struct urb **at = list; *at != NULL; at = &(*at)->next) {
    if (*at != urb) continue;
    *at = urb->next;
    *last = list;
    while (**last != NULL) *last = &(**last)->next;
    return true;
  }
  return false;
}

bool bus_cancel(struct urb *urb) {
  struct device *device = urb->device;
  bool found = unlink_from(&device->controls, &device->last_control, urb);
  for (int i = 0; i < device->endpoint_count && !found; i++) {
    found = unlink_from(&device->endpoints[i].urbs, &device->endpoints[i].last_urb, urb);
  }
  if (!found) return false;
  if (defect_loses_partial) urb->moved = 0;
  finish(urb, IO_CANCELED);
  serve_controls(device);
  return true;
}
