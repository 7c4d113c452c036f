// A libusb 0.1 as libusb-compat is one: its layout, its words for errors, its partial counts.
#include <errno.h>
#include <unistd.h>

#include "device.h"
#include "usb0.h"

#define BUS_NAME "231"
#define DEVICE_NAME "%03d"
#include "lists.h"

// Its word for a device that is gone.
static int word(int result) { return result == -ENODEV ? -ENXIO : result; }

static int moved(enum outcome outcome, int done) {
  switch (outcome) {
    case TIMED_OUT:
      return done > 0 ? done : -ETIMEDOUT;
    case HALTED:
      return -EPIPE;
    case OVERFLOWED:
      return -EOVERFLOW;
    case GONE:
      return -ENXIO;
    case WRONG:
      return -EINVAL;
    default:
      return done;
  }
}

void usb_init(void) {}
void usb_set_debug(int level) { (void)level; }

static int read_from(struct handle *handle, int endpoint, char *bytes, int size, int timeout) {
  int done = 0;
#ifdef TSUSB_STUBBORN
  // Nothing ends it.
  while ((endpoint & 15) == 5) usleep(1000000);
#endif
#ifdef TSUSB_LONG
  if ((endpoint & 15) == 4) return size + 1000000;
#endif
  const enum outcome outcome = device_read(handle, endpoint, (uint8_t *)bytes, size, timeout, NULL, &done);
  return moved(outcome, done);
}

static int write_to(struct handle *handle, int endpoint, const char *bytes, int size) {
  int done = 0;
  const enum outcome outcome = device_write(handle, endpoint, (const uint8_t *)bytes, size, &done);
  return moved(outcome, done);
}

int usb_bulk_read(struct handle *handle, int endpoint, char *bytes, int size, int timeout) {
  return read_from(handle, endpoint, bytes, size, timeout);
}
int usb_interrupt_read(struct handle *handle, int endpoint, char *bytes, int size, int timeout) {
  return read_from(handle, endpoint, bytes, size, timeout);
}
int usb_bulk_write(struct handle *handle, int endpoint, const char *bytes, int size, int timeout) {
  (void)timeout;
  return write_to(handle, endpoint, bytes, size);
}
int usb_interrupt_write(struct handle *handle, int endpoint, const char *bytes, int size, int timeout) {
  (void)timeout;
  return write_to(handle, endpoint, bytes, size);
}

int usb_control_msg(struct handle *handle, int type, int request, int value, int index, char *bytes, int size,
                    int timeout) {
  (void)timeout;
  return word(device_control(handle, type, request, value, index, (uint8_t *)bytes, size));
}

int usb_set_configuration(struct handle *handle, int value) {
  (void)handle;
  // As libusb 1.0 has it: -1 unconfigures, 0 is for devices that have such a configuration.
  return word(device_configure(value == -1 ? 0 : value == 0 ? 255 : value));
}
int usb_claim_interface(struct handle *handle, int number) { return word(device_claim(handle, number)); }
int usb_release_interface(struct handle *handle, int number) { return word(device_release(handle, number)); }
int usb_set_altinterface(struct handle *handle, int setting) {
  return word(device_select(handle, handle->interface, setting));
}
int usb_clear_halt(struct handle *handle, unsigned int endpoint) {
  (void)handle;
  return word(device_clear_halt((int)endpoint));
}
int usb_reset(struct handle *handle) {
  (void)handle;
  device_reset();
  return 0;
}

// No driver is ever there; where one is, this one calls it "dummy", whatever it is.
int usb_get_driver_np(struct handle *handle, int number, char *name, unsigned int size) {
  (void)handle;
  if (number != 0) return -ENODATA;
  snprintf(name, size, "dummy");
  return 0;
}
// It mixes codes up: none there is "invalid".
int usb_detach_kernel_driver_np(struct handle *handle, int number) {
  (void)handle;
  return number == 0 ? 0 : -EINVAL;
}
