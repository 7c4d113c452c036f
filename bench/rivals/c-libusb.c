// C with libusb 1.0: what every rival over libusb 1.0 is measured against. c-libusb WORKLOAD PRODUCT
//
// One transfer at a time is fastest by the synchronous calls: the thread that asks is the one that reaps, and
// nobody has to be woken. One buffer is used for every transfer.
#include <libusb.h>

#include "measure.h"

enum { INTERFACE = 0 };

static void must(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s\n", what, libusb_error_name(status));
  exit(1);
}

static int get_descriptor(void *handle, unsigned char *buffer) {
  int length = libusb_control_transfer(handle, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR,
                                       LIBUSB_DT_DEVICE << 8, 0, buffer, 18, TIMEOUT_MS);
  must(length, "libusb_control_transfer");
  return length;
}

static int bulk_512(void *handle, unsigned char *buffer) {
  int length = 0;
  must(libusb_bulk_transfer(handle, SOURCE, buffer, 512, &length, TIMEOUT_MS), "libusb_bulk_transfer");
  return length;
}

static const struct workload workloads[] = {{"control", get_descriptor, 18}, {"bulk", bulk_512, 512}};

int main(int argc, char **argv) {
  const struct workload *workload =
      workload_named(argc, argv, workloads, sizeof workloads / sizeof *workloads);
  must(libusb_init(NULL), "libusb_init");
  libusb_device_handle *handle = libusb_open_device_with_vid_pid(NULL, VENDOR, (uint16_t)atoi(argv[2]));
  must(handle ? 0 : LIBUSB_ERROR_NO_DEVICE, argv[2]);
  must(libusb_claim_interface(handle, INTERFACE), "libusb_claim_interface");
  measure(workload, handle);
  libusb_close(handle);
  libusb_exit(NULL);
}
