// C with libusb 1.0: the list and the device descriptors, which libusb keeps. The first time starts it.
#include "solo.h"

enum { AGAIN = 5 };

static double list(int expected) {
  int found = 0;
  libusb_device **devices;
  double begin = now_ms();
  must(libusb_init(NULL), "libusb_init");
  ssize_t count = must((int)libusb_get_device_list(NULL, &devices), "libusb_get_device_list");
  for (ssize_t i = 0; i < count; i++) {
    struct libusb_device_descriptor descriptor;
    must(libusb_get_device_descriptor(devices[i], &descriptor), "libusb_get_device_descriptor");
    found += descriptor.idVendor == VENDOR;
  }
  double ms = now_ms() - begin;
  libusb_free_device_list(devices, 1);
  if (found != expected) must(LIBUSB_ERROR_NOT_FOUND, "the devices");
  return ms;
}

int main(int argc, char **argv) {
  if (argc != 3) usage("DEVICES");
  double cold = list(atoi(argv[1])), again[AGAIN];
  for (int i = 0; i < AGAIN; i++) again[i] = list(atoi(argv[1]));
  qsort(again, AGAIN, sizeof *again, by_value);
  printf("{\"values\":{\"cold\":%.4f,\"warm\":%.4f}}\n", cold, again[AGAIN / 2]);
}
