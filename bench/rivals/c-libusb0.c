// C with libusb 0.1: what tsusb over libusb 0.1 is measured against. c-libusb0 WORKLOAD PRODUCT
//
// That library has blocking calls and no others. `pending` is `bulk` while a thread on each of eight other
// handles waits for data that never comes, as in a program that listens to eight devices at once.
#include <pthread.h>
#include <usb.h>

#include "measure.h"

// The eight interfaces after the first one have one silent endpoint each.
enum { INTERFACE = 0, WAITERS = 8, FIRST_WAITING_INTERFACE = 1, FIRST_SILENT = 0x85 };

static void must(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %d, %s\n", what, status, usb_strerror());
  exit(1);
}

static int get_descriptor(void *handle, unsigned char *buffer, int wanted) {
  int length = usb_control_msg(handle, USB_ENDPOINT_IN, USB_REQ_GET_DESCRIPTOR, USB_DT_DEVICE << 8, 0,
                               (char *)buffer, wanted, TIMEOUT_MS);
  must(length, "usb_control_msg");
  return length;
}

static int bulk(void *handle, unsigned char *buffer, int wanted) {
  int length = usb_bulk_read(handle, SOURCE, (char *)buffer, wanted, TIMEOUT_MS);
  must(length, "usb_bulk_read");
  return length;
}

static const struct workload workloads[] = {
    {"control", get_descriptor, 18, NULL}, {"bulk", bulk, 512, NULL}, {"pending", bulk, 512, NULL}};

static struct usb_device *find_device(int product) {
  usb_init();
  must(usb_find_busses(), "usb_find_busses");
  must(usb_find_devices(), "usb_find_devices");
  for (struct usb_bus *bus = usb_get_busses(); bus; bus = bus->next)
    for (struct usb_device *device = bus->devices; device; device = device->next)
      if (device->descriptor.idVendor == VENDOR && device->descriptor.idProduct == product) return device;
  fprintf(stderr, "%04x:%04x is not there\n", VENDOR, (unsigned)product);
  exit(1);
}

static usb_dev_handle *open_interface(struct usb_device *device, int number) {
  usb_dev_handle *handle = usb_open(device);
  must(handle ? 0 : -1, "usb_open");
  must(usb_claim_interface(handle, number), "usb_claim_interface");
  return handle;
}

struct waiter {
  pthread_t thread;
  usb_dev_handle *handle;
  int endpoint;
};

static void *wait_for_data(void *argument) {
  struct waiter *waiter = argument;
  char buffer[512];
  int length = usb_bulk_read(waiter->handle, waiter->endpoint, buffer, sizeof buffer, 0);
  fprintf(stderr, "endpoint 0x%02x was silent no more: %d\n", (unsigned)waiter->endpoint, length);
  exit(1);
}

static void start_waiters(struct usb_device *device) {
  static struct waiter waiters[WAITERS];
  for (int i = 0; i < WAITERS; i++) {
    waiters[i].handle = open_interface(device, FIRST_WAITING_INTERFACE + i);
    waiters[i].endpoint = FIRST_SILENT + i;
    must(-pthread_create(&waiters[i].thread, NULL, wait_for_data, &waiters[i]), "pthread_create");
  }
}

int main(int argc, char **argv) {
  const struct workload *workload =
      workload_named(argc, argv, workloads, sizeof workloads / sizeof *workloads);
  struct usb_device *device = find_device(atoi(argv[2]));
  usb_dev_handle *handle = open_interface(device, INTERFACE);
  if (!strcmp(workload->name, "pending")) start_waiters(device);
  measure(workload, handle);
  // The end of the process ends the waiters; nothing in libusb 0.1 would.
}
