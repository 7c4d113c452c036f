// What the C programs have in common that run alone (see lib/solo/rows.mjs): PROGRAM KIND SECONDS. They print
// the values that they found as JSON, and end.
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Of the devices: see lib/solo/devices.mjs.
enum {
  VENDOR = 0x1209,
  ENDLESS = 0x0200,
  LINE = 0x0201,
  SOURCE = 0x81,
  FIRST_SILENT = 0x83,
  SILENT_ENDPOINTS = 8,
  INTERFACE = 0
};

static inline int must(int status, const char *what) {
  if (status >= 0) return status;
  fprintf(stderr, "%s: %s\n", what, libusb_error_name(status));
  exit(1);
}

static inline double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

// Opens a device and claims its interface.
static inline libusb_device_handle *open_device(int product) {
  must(libusb_init(NULL), "libusb_init");
  libusb_device_handle *handle = libusb_open_device_with_vid_pid(NULL, VENDOR, (uint16_t)product);
  must(handle ? 0 : LIBUSB_ERROR_NO_DEVICE, "libusb_open_device_with_vid_pid");
  must(libusb_claim_interface(handle, INTERFACE), "libusb_claim_interface");
  return handle;
}

// A transfer with a buffer of its own; ends the process if there is no memory.
static inline struct libusb_transfer *make_transfer(libusb_device_handle *handle, int endpoint, int length,
                                                    libusb_transfer_cb_fn on_end, unsigned timeout_ms) {
  struct libusb_transfer *transfer = libusb_alloc_transfer(0);
  unsigned char *buffer = malloc(length);
  must(transfer && buffer ? 0 : LIBUSB_ERROR_NO_MEM, "libusb_alloc_transfer");
  libusb_fill_bulk_transfer(transfer, handle, (unsigned char)endpoint, buffer, length, on_end, NULL,
                            timeout_ms);
  return transfer;
}

static inline int by_value(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

_Noreturn static inline void usage(const char *kinds) {
  fprintf(stderr, "usage: PROGRAM %s SECONDS\n", kinds);
  exit(64);
}
