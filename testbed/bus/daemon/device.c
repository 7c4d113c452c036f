#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control_request.h"
#include "describe.h"
#include "descriptors.h"
#include "endpoint.h"
#include "faults.h"
#include "frame_clock.h"
#include "fuse_wire.h"
#include "hotplug.h"
#include "sysfs.h"
#include "urb.h"

struct list plugged_devices = {&plugged_devices, &plugged_devices};

// What was once plugged can be plugged again.
struct remembered {
  struct list node;
  char id[64];
  char *description;
  struct progress progress[kEndpointSlots];  // when it was last unplugged
};
static struct list memory = {&memory, &memory};
static uint8_t last_address[256];

struct device *device_named(const char *name) {
  for (struct list *n = plugged_devices.next; n != &plugged_devices; n = n->next) {
    struct device *d = LIST_OWNER(n, struct device, node);
    if (!strcmp(d->id, name) || !strcmp(d->name, name)) return d;
  }
  return 0;
}

struct device *device_at(int bus, int address) {
  for (struct list *n = plugged_devices.next; n != &plugged_devices; n = n->next) {
    struct device *d = LIST_OWNER(n, struct device, node);
    if (d->bus == bus && d->address == address) return d;
  }
  return 0;
}

static struct remembered *recall(const char *id) {
  for (struct list *n = memory.next; n != &memory; n = n->next) {
    struct remembered *r = LIST_OWNER(n, struct remembered, node);
    if (!strcmp(r->id, id)) return r;
  }
  return 0;
}

static void remember(const char *id, const char *description) {
  struct remembered *r = recall(id);
  if (!r) {
    r = calloc(1, sizeof *r);
    snprintf(r->id, sizeof r->id, "%s", id);
    list_insert_before(&memory, &r->node);
  }
  if (r->description == description) return;
  free(r->description);
  r->description = strdup(description);
  memset(r->progress, 0, sizeof r->progress);
}

// As the kernel: the next free number after the last one given, from 1 to 127 and around.
static uint8_t next_address(uint8_t bus) {
  for (int i = 0; i < 127; i++) {
    last_address[bus] = (uint8_t)(last_address[bus] % 127 + 1);
    if (!device_at(bus, last_address[bus])) return last_address[bus];
  }
  return 0;
}

static struct device *parent_of(const struct device *d) {
  char name[sizeof d->name];
  const char *dot = strrchr(d->ports, '.');
  if (dot)
    snprintf(name, sizeof name, "%d-%.*s", d->bus, (int)(dot - d->ports), d->ports);
  else
    snprintf(name, sizeof name, "usb%d", d->bus);
  return device_named(name);
}

static const char *place(struct device *d) {
  if (!strcmp(d->ports, "0")) {
    snprintf(d->name, sizeof d->name, "usb%d", d->bus);
    snprintf(d->path, sizeof d->path, "/devices/played/usb%d", d->bus);
  } else {
    struct device *parent = parent_of(d);
    if (!parent) {
      if (strchr(d->ports, '.')) return "there is no hub at the port above this device";
      const char *error = device_plug(describe_root_hub(d->bus));
      if (error) return error;
      parent = parent_of(d);
    }
    snprintf(d->name, sizeof d->name, "%d-%s", d->bus, d->ports);
    if (snprintf(d->path, sizeof d->path, "%s/%s", parent->path, d->name) >= (int)sizeof d->path)
      return "the port path is too long";
  }
  if (device_named(d->name)) return "the port is in use";
  if (!(d->address = next_address(d->bus))) return "the bus is full: it has 127 addresses";
  return 0;
}

const char *device_plug(const char *description) {
  const char *error = 0;
  struct device *d = describe_device(description, &error);
  if (!d) return error;
  if (!d->id[0]) snprintf(d->id, sizeof d->id, "%s%d-%s", "device", d->bus, d->ports);
  if (device_named(d->id)) error = "a device with this id is plugged";
  if (!error) error = place(d);
  if (error) {
    describe_free(d);
    return error;
  }
  d->references = 1;
  clock_begin(d);
  if (d->configuration_count) device_configure(d, &d->configurations[0]);
  list_insert_before(&plugged_devices, &d->node);
  remember(d->id, description);
  sysfs_add(d);
  for (int i = 0; i < kEndpointSlots; i++) endpoint_start_reports(&d->endpoints[i]);
  hotplug_send("add", d);
  return 0;
}

const char *device_replug(const char *id) {
  struct remembered *r = recall(id);
  if (!r) return "no device of this id was ever plugged";
  const char *error = device_plug(r->description);
  for (int i = 0; !error && i < kEndpointSlots; i++)
    device_named(r->id)->endpoints[i].progress = r->progress[i];
  return error;
}

void file_wake(struct file *f) {
  while (!list_empty(&f->waiters)) {
    struct waiter *w = LIST_OWNER(f->waiters.next, struct waiter, node);
    int result = urb_reap(f, w->pid, w->argument);
    list_remove(&w->node);
    fuse_reply_ioctl(w->unique, result == -EAGAIN ? -ENODEV : result, 0, 0);
    free(w);
  }
  if (!f->poll_wanted) return;
  f->poll_wanted = false;
  fuse_notify_poll(f->poll_handle);
}

static void unplug_children(const struct device *hub) {
  size_t length = strlen(hub->path);
  for (bool again = true; again;) {
    again = false;
    for (struct list *n = plugged_devices.next; n != &plugged_devices && !again; n = n->next) {
      struct device *d = LIST_OWNER(n, struct device, node);
      if (strncmp(d->path, hub->path, length) || d->path[length] != '/') continue;
      device_unplug(d);
      again = true;
    }
  }
}

void device_unplug(struct device *d) {
  if (d->gone) return;
  unplug_children(d);
  d->gone = true;
  list_remove(&d->node);
  sysfs_remove(d);
  urb_discard(d, 0, -1, -ESHUTDOWN);
  for (int i = 0; i < kEndpointSlots; i++) timer_stop(&d->endpoints[i].report_timer);
  struct remembered *r = recall(d->id);
  for (int i = 0; r && i < kEndpointSlots; i++) r->progress[i] = d->endpoints[i].progress;
  for (struct list *n = d->files.next; n != &d->files; n = n->next)
    file_wake(LIST_OWNER(n, struct file, node));
  hotplug_send("remove", d);
  device_unreference(d);
}

void device_unreference(struct device *d) {
  if (--d->references == 0) describe_free(d);
}

int device_claim(struct device *d, struct file *f, unsigned interface) {
  if (interface >= 64) return -EINVAL;
  if (f->claims >> interface & 1) return 0;
  if (interface >= kInterfaceSlots || !d->interfaces[interface].present) return -ENOENT;
  struct interface_state *i = &d->interfaces[interface];
  if (i->claimed_by || i->driver_bound) return -EBUSY;
  i->claimed_by = f;
  f->claims |= 1ULL << interface;
  sysfs_set_driver(d, interface, "usbfs");
  return 0;
}

void device_release(struct device *d, unsigned interface) {
  struct interface_state *i = &d->interfaces[interface];
  if (!i->claimed_by) return;
  urb_discard(d, i->claimed_by, (int)interface, -ENOENT);
  i->claimed_by->claims &= ~(1ULL << interface);
  i->claimed_by = 0;
  if (!d->gone) sysfs_set_driver(d, interface, 0);
  if (i->alternate && !d->gone) device_set_interface(d, (uint8_t)interface, 0);
}

static void release_all(struct device *d) {
  for (unsigned i = 0; i < kInterfaceSlots; i++) device_release(d, i);
}

void device_reset(struct device *d) {
  urb_discard(d, 0, -1, -ENOENT);
  release_all(d);
  d->remote_wakeup = false;
  device_configure(d, d->active);
  for (int i = 0; i < kEndpointSlots; i++) endpoint_drop_packets(&d->endpoints[i]);
  sysfs_refresh_interfaces(d);
}

int device_set_configuration(struct device *d, int value) {
  struct configuration *c = value > 0 ? device_find_configuration(d, value) : 0;
  if (value > 0 && !c) return -EINVAL;
  for (int i = 0; i < kInterfaceSlots; i++)
    if (d->interfaces[i].claimed_by || d->interfaces[i].driver_bound) return -EBUSY;
  int status = control_from_host(d, 0x00, 9, (uint16_t)(value > 0 ? value : 0), 0);
  if (status < 0) return status;
  urb_discard(d, 0, -1, -ENOENT);
  device_configure(d, c);
  for (int i = 0; i < kEndpointSlots; i++) endpoint_drop_packets(&d->endpoints[i]);
  sysfs_refresh_interfaces(d);
  return 0;
}

int device_set_interface(struct device *d, uint8_t interface, uint8_t alternate) {
  const struct altsetting *alt = configuration_find(d->active, interface, alternate);
  if (!alt) return -EINVAL;
  urb_discard(d, 0, interface, -ENOENT);
  int status = control_from_host(d, 0x01, 11, alternate, interface);
  if (status < 0) return status;
  d->interfaces[interface].alternate = alternate;
  d->interfaces[interface].device_alternate = alternate;
  device_refresh_endpoints(d);
  for (int i = 0; i < alt->endpoint_count; i++) {
    struct endpoint *ep = device_endpoint(d, alt->endpoints[i].address);
    ep->halted = false;
    ep->iso.begun = false;
    endpoint_drop_packets(ep);
  }
  sysfs_set_alternate(d, interface);
  return 0;
}
