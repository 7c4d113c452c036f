// Plugging and unplugging.
#pragma once
#include "model.h"

extern struct list plugged_devices;

// Plugs the device that `description` (see describe.h) tells of. Returns NULL, or what is wrong.
const char *device_plug(const char *description);
// Unplugs the device and, if it is a hub, what hangs on it. Open files stay and answer ENODEV.
void device_unplug(struct device *d);
// Plugs again, under a new address, what was described under `id`. Returns NULL, or what is wrong.
const char *device_replug(const char *id);
struct device *device_named(const char *id_or_name);
struct device *device_at(int bus, int address);
void device_unreference(struct device *d);
// Kernel's answer to a claim: 0, -ENOENT, -EBUSY.
int device_claim(struct device *d, struct file *f, unsigned interface);
// Gives up a claim and goes back to alternate setting 0.
void device_release(struct device *d, unsigned interface);
void device_reset(struct device *d);
// The host selects a configuration (0: none); 0 or a negative errno.
int device_set_configuration(struct device *d, int value);
int device_set_interface(struct device *d, uint8_t interface, uint8_t alternate);
// Makes pollers and blocked readers of the file look again.
void file_wake(struct file *f);
