// C with libusb 1.0: what every rival is measured against. c-libusb WORKLOAD PRODUCT
//
// One transfer at a time is fastest by the synchronous calls: the thread that asks is the one that reaps, and
// nobody has to be woken. One buffer is used for every transfer.
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  VENDOR = 0x1209,
  INTERFACE = 0,
  SOURCE = 0x84,
  BATCH = 500,
  MOST_BATCHES = 10000,
  TIMEOUT_MS = 1000,
};
static const double WARM_UP_SECONDS = 0.4;

// Makes one transfer and returns its length or a LIBUSB_ERROR.
typedef int (*transfer)(libusb_device_handle *handle, unsigned char *buffer);

static int get_descriptor(libusb_device_handle *handle, unsigned char *buffer) {
  return libusb_control_transfer(handle, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR,
                                 LIBUSB_DT_DEVICE << 8, 0, buffer, 18, TIMEOUT_MS);
}

static int bulk_512(libusb_device_handle *handle, unsigned char *buffer) {
  int length = 0;
  int status = libusb_bulk_transfer(handle, SOURCE, buffer, 512, &length, TIMEOUT_MS);
  return status < 0 ? status : length;
}

static const struct workload {
  const char *name;
  transfer one;
  int length;
} workloads[] = {{"control", get_descriptor, 18}, {"bulk", bulk_512, 512}};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void must(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s\n", what, libusb_error_name(status));
  exit(1);
}

static int by_value(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

// Makes batches of transfers for this long and returns the microseconds of one transfer in the median batch.
static double run(const struct workload *w, libusb_device_handle *handle, double seconds, long *transfers) {
  static unsigned char buffer[512];
  static double batches[MOST_BATCHES];
  int count = 0;
  for (double begin = now(), start = begin; start - begin < seconds && count < MOST_BATCHES; count++) {
    for (int i = 0; i < BATCH; i++) {
      int length = w->one(handle, buffer);
      must(length, w->name);
      if (length != w->length) {
        fprintf(stderr, "%s: %d bytes instead of %d\n", w->name, length, w->length);
        exit(1);
      }
    }
    double end = now();
    batches[count] = (end - start) * 1e6 / BATCH;
    start = end;
  }
  *transfers = (long)count * BATCH;
  qsort(batches, count, sizeof *batches, by_value);
  return count % 2 ? batches[count / 2] : (batches[count / 2 - 1] + batches[count / 2]) / 2;
}

int main(int argc, char **argv) {
  const struct workload *workload = NULL;
  for (size_t i = 0; argc == 3 && i < sizeof workloads / sizeof *workloads; i++)
    if (!strcmp(workloads[i].name, argv[1])) workload = &workloads[i];
  if (!workload) {
    fprintf(stderr, "usage: c-libusb control|bulk PRODUCT\n");
    return 64;
  }
  must(libusb_init(NULL), "libusb_init");
  libusb_device_handle *handle = libusb_open_device_with_vid_pid(NULL, VENDOR, (uint16_t)atoi(argv[2]));
  must(handle ? 0 : LIBUSB_ERROR_NO_DEVICE, argv[2]);
  must(libusb_claim_interface(handle, INTERFACE), "libusb_claim_interface");
  long transfers;
  run(workload, handle, WARM_UP_SECONDS, &transfers);
  printf("{\"ready\":true}\n");
  fflush(stdout);
  for (char line[64]; fgets(line, sizeof line, stdin);) {
    double us = run(workload, handle, atof(line), &transfers);
    printf("{\"us\":%.4f,\"transfers\":%ld}\n", us, transfers);
    fflush(stdout);
  }
  libusb_close(handle);
  libusb_exit(NULL);
}
