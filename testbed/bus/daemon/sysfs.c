#include "sysfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control_request.h"
#include "descriptors.h"

enum { kPath = 512 };

static void write_bytes(const char *folder, const char *name, const void *bytes, size_t length) {
  char path[kPath + 64];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return;
  if (write(fd, bytes, length) < 0) perror(path);
  close(fd);
}

__attribute__((format(printf, 3, 4))) static void attribute(const char *folder, const char *name,
                                                            const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text - 1, format, arguments);
  va_end(arguments);
  if (n < 0) return;
  if (n > (int)sizeof text - 2) n = (int)sizeof text - 2;
  // As in the kernel: an attribute that has nothing to tell is empty, without a line.
  if (n > 0) text[n++] = '\n';
  write_bytes(folder, name, text, (size_t)n);
}

// A link as the kernel writes it, relative; both paths are below /sys.
static void link_to(const char *from, const char *target) {
  char text[kPath + 128], path[kPath];
  int ups = 0;
  for (const char *c = from + 1; *c; c++) ups += *c == '/';
  size_t n = 0;
  while (ups-- > 0) n += (size_t)snprintf(text + n, sizeof text - n, "../");
  snprintf(text + n, sizeof text - n, "%s", target + 1);
  snprintf(path, sizeof path, "/sys%s", from);
  unlink(path);
  if (symlink(text, path) < 0) perror(path);
}

__attribute__((format(printf, 2, 3))) static char *join(char *to, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(to, kPath, format, arguments);
  va_end(arguments);
  return to;
}

static void remove_tree(const char *path) {
  DIR *dir = opendir(path);
  if (!dir) return;
  for (struct dirent *e; (e = readdir(dir));) {
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
    char child[kPath + 300];
    snprintf(child, sizeof child, "%s/%s", path, e->d_name);
    if (e->d_type == DT_DIR)
      remove_tree(child);
    else
      unlink(child);
  }
  closedir(dir);
  rmdir(path);
}

// A string descriptor's text as UTF-8. Returns whether there is any.
static bool string_text(const struct device *d, uint8_t index, char *to, size_t room) {
  const struct string_descriptor *s =
      index ? device_string(d, index, d->langid_count ? d->langids[0] : 0x0409) : 0;
  if (!s || s->length < 4 || s->bytes[1] != 3) return false;
  size_t length = s->bytes[0] < s->length ? s->bytes[0] : s->length, n = 0;
  for (size_t i = 2; i + 1 < length && n + 5 < room; i += 2) {
    unsigned c = s->bytes[i] | (unsigned)s->bytes[i + 1] << 8;
    if (c >= 0xd800 && c < 0xdc00 && i + 3 < length) {
      unsigned low = s->bytes[i + 2] | (unsigned)s->bytes[i + 3] << 8;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      i += 2;
    }
    if (c < 0x80) {
      to[n++] = (char)c;
    } else if (c < 0x800) {
      to[n++] = (char)(0xc0 | c >> 6);
      to[n++] = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
      to[n++] = (char)(0xe0 | c >> 12);
      to[n++] = (char)(0x80 | (c >> 6 & 63));
      to[n++] = (char)(0x80 | (c & 63));
    } else {
      to[n++] = (char)(0xf0 | c >> 18);
      to[n++] = (char)(0x80 | (c >> 12 & 63));
      to[n++] = (char)(0x80 | (c >> 6 & 63));
      to[n++] = (char)(0x80 | (c & 63));
    }
  }
  to[n] = 0;
  return true;
}

static void string_attribute(const struct device *d, const char *folder, const char *name, uint8_t index) {
  char text[512];
  if (string_text(d, index, text, sizeof text)) attribute(folder, name, "%s", text);
}

static const char *interface_folder(const struct device *d, unsigned interface, char *to) {
  const char *base = strcmp(d->ports, "0") ? d->name : 0;
  int value = d->active ? d->active->value : 0;
  if (base) return join(to, "%s/%s:%d.%u", d->path, base, value, interface);
  return join(to, "%s/%d-0:%d.%u", d->path, d->bus, value, interface);
}

static unsigned bcd(const struct device *d) { return d->descriptor[12] | (unsigned)d->descriptor[13] << 8; }

static void write_alternate(const struct device *d, const char *folder, const struct altsetting *alt) {
  const uint8_t *b = d->descriptor;
  unsigned vendor = b[8] | b[9] << 8, product = b[10] | b[11] << 8;
  attribute(folder, "bInterfaceNumber", "%02x", alt->interface);
  attribute(folder, "bAlternateSetting", "%2d", alt->alternate);
  attribute(folder, "bNumEndpoints", "%02x", alt->endpoint_count);
  attribute(folder, "bInterfaceClass", "%02x", alt->class_code);
  attribute(folder, "bInterfaceSubClass", "%02x", alt->subclass);
  attribute(folder, "bInterfaceProtocol", "%02x", alt->protocol);
  string_attribute(d, folder, "interface", alt->string);
  char alias[128];
  snprintf(alias, sizeof alias, "usb:v%04Xp%04Xd%04Xdc%02Xdsc%02Xdp%02Xic%02Xisc%02Xip%02Xin%02X", vendor,
           product, bcd(d), b[4], b[5], b[6], alt->class_code, alt->subclass, alt->protocol, alt->interface);
  attribute(folder, "modalias", "%s", alias);
  attribute(folder, "uevent",
            "DEVTYPE=usb_interface\nPRODUCT=%x/%x/%x\nTYPE=%d/%d/%d\nINTERFACE=%d/%d/%d\nMODALIAS=%s", vendor,
            product, bcd(d), b[4], b[5], b[6], alt->class_code, alt->subclass, alt->protocol, alias);
}

static void add_interface(struct device *d, unsigned interface) {
  const struct altsetting *alt =
      configuration_find(d->active, (uint8_t)interface, d->interfaces[interface].alternate);
  if (!alt) return;
  char path[kPath], folder[kPath], bus_link[kPath], link[kPath];
  interface_folder(d, interface, path);
  join(folder, "/sys%s", path);
  mkdir(folder, 0755);
  write_alternate(d, folder, alt);
  attribute(folder, "authorized", "1");
  link_to(join(link, "%s/subsystem", path), "/bus/usb");
  link_to(join(bus_link, "/bus/usb/devices/%s", strrchr(path, '/') + 1), path);
  if (d->interfaces[interface].driver_bound) sysfs_set_driver(d, interface, d->drivers[interface]);
}

static void remove_interfaces(struct device *d) {
  char folder[kPath];
  DIR *dir = opendir(join(folder, "/sys%s", d->path));
  if (!dir) return;
  for (struct dirent *e; (e = readdir(dir));) {
    char path[kPath + 300];
    if (!strchr(e->d_name, ':')) continue;
    snprintf(path, sizeof path, "/sys/bus/usb/devices/%s", e->d_name);
    unlink(path);
    snprintf(path, sizeof path, "/sys/bus/usb/drivers/usbfs/%s", e->d_name);
    unlink(path);
    for (int i = 0; i < kInterfaceSlots; i++) {
      if (!d->drivers[i][0]) continue;
      snprintf(path, sizeof path, "/sys/bus/usb/drivers/%s/%s", d->drivers[i], e->d_name);
      unlink(path);
    }
    snprintf(path, sizeof path, "/sys%s/%s", d->path, e->d_name);
    remove_tree(path);
  }
  closedir(dir);
}

static void write_configuration(struct device *d, const char *folder) {
  if (!d->active) {
    attribute(folder, "bConfigurationValue", "%s", "");
    attribute(folder, "bNumInterfaces", "%s", "");
    attribute(folder, "bmAttributes", "%s", "");
    attribute(folder, "bMaxPower", "%s", "");
    attribute(folder, "configuration", "%s", "");
    return;
  }
  int unit = atoi(d->speed) >= 5000 ? 8 : 2;
  attribute(folder, "bConfigurationValue", "%d", d->active->value);
  attribute(folder, "bNumInterfaces", "%2d", d->active->length > 4 ? d->active->bytes[4] : 0);
  attribute(folder, "bmAttributes", "%02x", d->active->attributes);
  attribute(folder, "bMaxPower", "%dmA", d->active->max_power * unit);
  attribute(folder, "configuration", "%s", "");
  string_attribute(d, folder, "configuration", d->active->string);
}

static int minor_of(const struct device *d) { return (d->bus - 1) * 128 + d->address - 1; }

static void write_device(struct device *d, const char *folder) {
  const uint8_t *b = d->descriptor;
  attribute(folder, "busnum", "%d", d->bus);
  attribute(folder, "devnum", "%d", d->address);
  attribute(folder, "devpath", "%s", d->ports);
  attribute(folder, "speed", "%s", d->speed);
  attribute(folder, "version", "%2x.%02x", b[3], b[2]);
  attribute(folder, "idVendor", "%04x", b[8] | b[9] << 8);
  attribute(folder, "idProduct", "%04x", b[10] | b[11] << 8);
  attribute(folder, "bcdDevice", "%04x", bcd(d));
  attribute(folder, "bDeviceClass", "%02x", b[4]);
  attribute(folder, "bDeviceSubClass", "%02x", b[5]);
  attribute(folder, "bDeviceProtocol", "%02x", b[6]);
  attribute(folder, "bMaxPacketSize0", "%d", b[7]);
  attribute(folder, "bNumConfigurations", "%d", b[17]);
  attribute(folder, "maxchild", "%d", b[4] == 9 ? 15 : 0);
  attribute(folder, "rx_lanes", "1");
  attribute(folder, "tx_lanes", "1");
  attribute(folder, "quirks", "0x0");
  attribute(folder, "urbnum", "0");
  attribute(folder, "authorized", "1");
  attribute(folder, "removable", "unknown");
  attribute(folder, "dev", "189:%d", minor_of(d));
  string_attribute(d, folder, "manufacturer", b[14]);
  string_attribute(d, folder, "product", b[15]);
  string_attribute(d, folder, "serial", b[16]);
  write_bytes(folder, "descriptors", d->raw, d->raw_length);
  attribute(folder, "uevent",
            "MAJOR=189\nMINOR=%d\nDEVNAME=bus/usb/%03d/%03d\nDEVTYPE=usb_device\nDRIVER=usb\n"
            "PRODUCT=%x/%x/%x\nTYPE=%d/%d/%d\nBUSNUM=%03d\nDEVNUM=%03d",
            minor_of(d), d->bus, d->address, b[8] | b[9] << 8, b[10] | b[11] << 8, bcd(d), b[4], b[5], b[6],
            d->bus, d->address);
  write_configuration(d, folder);
}

void sysfs_add(struct device *d) {
  char folder[kPath], link[kPath];
  join(folder, "/sys%s", d->path);
  mkdir(folder, 0755);
  write_device(d, folder);
  link_to(join(link, "%s/subsystem", d->path), "/bus/usb");
  link_to(join(link, "%s/driver", d->path), "/bus/usb/drivers/usb");
  link_to(join(link, "/bus/usb/devices/%s", d->name), d->path);
  link_to(join(link, "/bus/usb/drivers/usb/%s", d->name), d->path);
  link_to(join(link, "/dev/char/189:%d", minor_of(d)), d->path);
  for (unsigned i = 0; i < kInterfaceSlots; i++)
    if (d->interfaces[i].present) add_interface(d, i);
}

void sysfs_remove(struct device *d) {
  char path[kPath];
  remove_interfaces(d);
  unlink(join(path, "/sys/dev/char/189:%d", minor_of(d)));
  unlink(join(path, "/sys/bus/usb/devices/%s", d->name));
  unlink(join(path, "/sys/bus/usb/drivers/usb/%s", d->name));
  remove_tree(join(path, "/sys%s", d->path));
}

void sysfs_refresh_interfaces(struct device *d) {
  char folder[kPath];
  remove_interfaces(d);
  write_configuration(d, join(folder, "/sys%s", d->path));
  for (unsigned i = 0; i < kInterfaceSlots; i++)
    if (d->interfaces[i].present) add_interface(d, i);
}

void sysfs_set_alternate(struct device *d, unsigned interface) {
  const struct altsetting *alt =
      configuration_find(d->active, (uint8_t)interface, d->interfaces[interface].alternate);
  char path[kPath], folder[kPath];
  if (alt) write_alternate(d, join(folder, "/sys%s", interface_folder(d, interface, path)), alt);
}

void sysfs_set_driver(struct device *d, unsigned interface, const char *driver) {
  char path[kPath], link[kPath], target[kPath], text[kPath];
  interface_folder(d, interface, path);
  join(link, "/sys%s/driver", path);
  ssize_t n = readlink(link, text, sizeof text - 1);
  if (n > 0) {
    text[n] = 0;
    join(target, "/sys/bus/usb/drivers/%.200s/%.200s", strrchr(text, '/') + 1, strrchr(path, '/') + 1);
    unlink(target);
    unlink(link);
  }
  if (!driver) return;
  join(target, "/bus/usb/drivers/%s", driver);
  mkdir(join(text, "/sys%s", target), 0755);
  link_to(join(link, "%s/driver", path), target);
  link_to(join(link, "%s/%s", target, strrchr(path, '/') + 1), path);
}
