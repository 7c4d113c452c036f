#include "claims.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "client_memory.h"
#include "control_request.h"
#include "device.h"
#include "sysfs.h"
#include "urb.h"

int claims_interface_of(const struct device *d, unsigned endpoint) {
  if (endpoint & ~0x8fu) return -EINVAL;
  if (!d->active) return -ESRCH;
  int slot = endpoint_slot((uint8_t)endpoint);
  return d->active_endpoints[slot] ? d->endpoint_interface[slot] : -ENOENT;
}

int claims_check(struct file *f, unsigned interface) {
  if (!f->device->active) return -EHOSTUNREACH;
  if (interface >= 64) return -EINVAL;
  if (f->claims >> interface & 1) return 0;
  int result = device_claim(f->device, f, interface);
  if (result == 0) f->device->auto_claims++;
  return result;
}

int claims_check_recipient(struct file *f, uint8_t type, uint16_t index) {
  if ((type & 0x60) == 0x40) return 0;
  index &= 0xff;
  if ((type & 0x1f) == 1) return claims_check(f, index);
  if ((type & 0x1f) != 2 || (index & 0x7f) == 0) return 0;
  int interface = claims_interface_of(f->device, index);
  // Some programs leave the direction out; the kernel lets them.
  if (interface < 0) interface = claims_interface_of(f->device, index ^ 0x80);
  return interface < 0 ? interface : claims_check(f, (unsigned)interface);
}

static struct interface_state *interface_at(struct device *d, unsigned number) {
  return number < kInterfaceSlots && d->interfaces[number].present ? &d->interfaces[number] : 0;
}

int claims_claim(struct file *f, uint32_t pid, uint64_t argument) {
  unsigned interface;
  if (!client_read(pid, argument, &interface, sizeof interface)) return -EFAULT;
  return device_claim(f->device, f, interface);
}

int claims_release(struct file *f, uint32_t pid, uint64_t argument) {
  unsigned interface;
  if (!client_read(pid, argument, &interface, sizeof interface)) return -EFAULT;
  if (interface >= 64) return -EINVAL;
  if (!interface_at(f->device, interface)) return -ENOENT;
  if (!(f->claims >> interface & 1)) return -EINVAL;
  device_release(f->device, interface);
  return 0;
}

int claims_set_interface(struct file *f, uint32_t pid, uint64_t argument) {
  struct usbdevfs_setinterface s;
  if (!client_read(pid, argument, &s, sizeof s)) return -EFAULT;
  int result = claims_check(f, s.interface);
  if (result) return result;
  if (s.altsetting > 255) return -EINVAL;
  return device_set_interface(f->device, (uint8_t)s.interface, (uint8_t)s.altsetting);
}

int claims_set_configuration(struct file *f, uint32_t pid, uint64_t argument) {
  int value;
  if (!client_read(pid, argument, &value, sizeof value)) return -EFAULT;
  return device_set_configuration(f->device, value);
}

int claims_clear_halt(struct file *f, uint32_t pid, uint64_t argument, bool tell) {
  unsigned address;
  if (!client_read(pid, argument, &address, sizeof address)) return -EFAULT;
  int interface = claims_interface_of(f->device, address);
  if (interface < 0) return interface;
  int result = claims_check(f, (unsigned)interface);
  if (result || !tell) return result;
  // CLEAR_FEATURE(ENDPOINT_HALT): the device clears it and goes on.
  result = control_from_host(f->device, 0x02, 1, 0, (uint16_t)address);
  return result < 0 ? result : 0;
}

// Takes the interface from its driver, be it one of the kernel or another usbfs file.
static int disconnect(struct device *d, unsigned number) {
  struct interface_state *i = &d->interfaces[number];
  if (i->claimed_by) {
    device_release(d, number);
    return 0;
  }
  if (!i->driver_bound) return -ENODATA;
  i->driver_bound = false;
  sysfs_set_driver(d, number, 0);
  return 0;
}

static int connect_driver(struct device *d, unsigned number) {
  struct interface_state *i = &d->interfaces[number];
  if (i->driver_bound || i->claimed_by) return -EBUSY;
  if (!d->drivers[number][0]) return 0;
  i->driver_bound = true;
  sysfs_set_driver(d, number, d->drivers[number]);
  return 1;
}

int claims_driver_ioctl(struct file *f, uint32_t pid, uint64_t argument) {
  struct usbdevfs_ioctl c;
  if (!client_read(pid, argument, &c, sizeof c)) return -EFAULT;
  if (!f->device->active) return -EHOSTUNREACH;
  if (!interface_at(f->device, (unsigned)c.ifno)) return -EINVAL;
  switch ((unsigned)c.ioctl_code) {
    case USBDEVFS_DISCONNECT:
      return disconnect(f->device, (unsigned)c.ifno);
    case USBDEVFS_CONNECT:
      return connect_driver(f->device, (unsigned)c.ifno);
    default:
      return -ENOTTY;
  }
}

static const char *driver_name(const struct device *d, unsigned number) {
  if (d->interfaces[number].claimed_by) return "usbfs";
  return d->interfaces[number].driver_bound ? d->drivers[number] : 0;
}

int claims_disconnect_claim(struct file *f, uint32_t pid, uint64_t argument) {
  struct usbdevfs_disconnect_claim c;
  if (!client_read(pid, argument, &c, sizeof c)) return -EFAULT;
  if (!interface_at(f->device, c.interface)) return -EINVAL;
  const char *driver = driver_name(f->device, c.interface);
  if (driver) {
    bool same = !strncmp(driver, c.driver, sizeof c.driver);
    if (c.flags & USBDEVFS_DISCONNECT_CLAIM_IF_DRIVER && !same) return -EBUSY;
    if (c.flags & USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER && same) return -EBUSY;
    int result = disconnect(f->device, c.interface);
    if (result) return result;
  }
  return device_claim(f->device, f, c.interface);
}

int claims_get_driver(struct file *f, uint32_t pid, uint64_t argument) {
  struct usbdevfs_getdriver g;
  if (!client_read(pid, argument, &g.interface, sizeof g.interface)) return -EFAULT;
  if (!interface_at(f->device, g.interface)) return -ENODATA;
  const char *driver = driver_name(f->device, g.interface);
  if (!driver) return -ENODATA;
  memset(g.driver, 0, sizeof g.driver);
  snprintf(g.driver, sizeof g.driver, "%s", driver);
  return client_write(pid, argument, &g, sizeof g) ? 0 : -EFAULT;
}
