// The lists of busses and devices, which both test libraries keep as the real ones do: a device that is gone
// is freed at the next search. Included once, behind usb0.h and device.h, with BUS_NAME and DEVICE_NAME
// defined.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct usb_bus *busses;
static int listed;

static void add_extra(unsigned char **extra, int *length, const uint8_t *descriptor) {
  *extra = realloc(*extra, *length + descriptor[0]);
  memcpy(*extra + *length, descriptor, descriptor[0]);
  *length += descriptor[0];
}

static struct usb_interface_descriptor *add_setting(struct usb_config_descriptor *config,
                                                    const uint8_t *descriptor) {
  struct usb_interface *group = &config->interface[descriptor[2]];
  group->altsetting = realloc(group->altsetting, (group->num_altsetting + 1) * sizeof(*group->altsetting));
  struct usb_interface_descriptor *setting = &group->altsetting[group->num_altsetting++];
  memset(setting, 0, sizeof(*setting));
  memcpy(setting, descriptor, 9);
  setting->endpoint = calloc(descriptor[4] + 1, sizeof(*setting->endpoint));
  return setting;
}

static void read_configuration(struct usb_config_descriptor *config, const uint8_t *bytes) {
  struct usb_interface_descriptor *setting = NULL;
  struct usb_endpoint_descriptor *endpoint = NULL;
  int count = 0;
  memcpy(config, bytes, 9);
  config->interface = calloc(config->bNumInterfaces, sizeof(*config->interface));
  for (int at = 9; at < config->wTotalLength; at += bytes[at]) {
    if (bytes[at + 1] == 4) {
      setting = add_setting(config, bytes + at);
      endpoint = NULL;
      count = 0;
    } else if (bytes[at + 1] == 5) {
      endpoint = &setting->endpoint[count++];
      memcpy(endpoint, bytes + at, 7);
    } else if (endpoint != NULL) {
      add_extra(&endpoint->extra, &endpoint->extralen, bytes + at);
    } else if (setting != NULL) {
      add_extra(&setting->extra, &setting->extralen, bytes + at);
    } else {
      add_extra(&config->extra, &config->extralen, bytes + at);
    }
  }
}

static void forget_device(struct usb_device *device) {
  // So that whoever kept the pointer finds no device.
  memset(device, 0xdb, sizeof(*device));
  free(device);
}

int usb_find_busses(void) {
  if (busses != NULL) return 0;
  busses = calloc(1, sizeof(*busses));
  snprintf(busses->dirname, sizeof(busses->dirname), "%s", BUS_NAME);
  return 1;
}

int usb_find_devices(void) {
  const int plugging = device_plugging();
  if (plugging == listed) return 0;
  if (busses->devices != NULL) forget_device(busses->devices);
  busses->devices = NULL;
  listed = plugging;
  if (plugging == 0) return 1;
  struct usb_device *device = calloc(1, sizeof(*device));
  // As on Linux: an address is used again only after all others.
  snprintf(device->filename, sizeof(device->filename), DEVICE_NAME, plugging);
  device->bus = busses;
  device->devnum = (uint8_t)plugging;
  memcpy(device->descriptor, device_descriptor, sizeof(device_descriptor));
#ifdef TSUSB_RING
  device->next = device;
#endif
#ifdef TSUSB_UNNAMED
  memset(device->filename, 'x', sizeof(device->filename));
#endif
#ifdef TSUSB_STRANGE
  device->bus = NULL;
#endif
  device->config = calloc(2, sizeof(*device->config));
  for (int i = 0; i < 2; i++) read_configuration(&device->config[i], configurations[i]);
  busses->devices = device;
  return 1;
}

struct usb_bus *usb_get_busses(void) { return busses; }

struct handle *usb_open(struct usb_device *device) {
  if (device == NULL || device->bus != busses) return NULL;
  struct handle *handle = calloc(1, sizeof(*handle));
  handle->plugging = device->devnum;
  handle->interface = -1;
  return handle;
}

int usb_close(struct handle *handle) {
  for (int i = 0; i < INTERFACES; i++) {
    if (handle->claimed[i]) device_release(handle, i);
  }
  free(handle);
  return 0;
}
