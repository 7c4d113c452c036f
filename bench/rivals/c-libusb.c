// C with libusb 1.0: what every rival over libusb 1.0 is measured against. c-libusb WORKLOAD PRODUCT
//
// One transfer at a time is fastest by the synchronous calls: the thread that asks is the one that reaps, and
// nobody has to be woken. One buffer is used for every transfer. Several in flight are fastest by transfers
// that are made once, each with a buffer of its own, and submitted again in their callback.
#include <libusb.h>

#include "measure.h"

enum { INTERFACE = 0 };

static void must(int status, const char *what) {
  if (status >= 0) return;
  fprintf(stderr, "%s: %s\n", what, libusb_error_name(status));
  exit(1);
}

static int get_descriptor(void *handle, unsigned char *buffer, int wanted) {
  int length = libusb_control_transfer(handle, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR,
                                       LIBUSB_DT_DEVICE << 8, 0, buffer, wanted, TIMEOUT_MS);
  must(length, "libusb_control_transfer");
  return length;
}

static int bulk(void *handle, unsigned char *buffer, int wanted) {
  int length = 0;
  must(libusb_bulk_transfer(handle, SOURCE, buffer, wanted, &length, TIMEOUT_MS), "libusb_bulk_transfer");
  return length;
}

enum { IN_FLIGHT = 16 };

// What is in flight: `started` and `ended` count to `wanted`; a stream is started without end.
static struct {
  struct libusb_transfer *transfers[IN_FLIGHT];
  int wanted, started, ended, is_stream;
} queue;

static void submit(struct libusb_transfer *transfer) {
  queue.started++;
  must(libusb_submit_transfer(transfer), "libusb_submit_transfer");
}

static void LIBUSB_CALL on_end(struct libusb_transfer *transfer) {
  if (transfer->status != LIBUSB_TRANSFER_COMPLETED || transfer->actual_length != transfer->length) {
    fprintf(stderr, "status %d, %d bytes instead of %d\n", transfer->status, transfer->actual_length,
            transfer->length);
    exit(1);
  }
  queue.ended++;
  if (queue.is_stream || queue.started < queue.wanted) submit(transfer);
}

static int make_queue(void *handle, int length, unsigned timeout) {
  if (queue.transfers[0]) return 0;
  for (int i = 0; i < IN_FLIGHT; i++) {
    unsigned char *buffer = malloc(length);
    queue.transfers[i] = libusb_alloc_transfer(0);
    must(buffer && queue.transfers[i] ? 0 : LIBUSB_ERROR_NO_MEM, "libusb_alloc_transfer");
    libusb_fill_bulk_transfer(queue.transfers[i], handle, SOURCE, buffer, length, on_end, NULL, timeout);
  }
  return 1;
}

// All have ended when it returns.
static void in_flight(void *handle, int length, int transfers) {
  make_queue(handle, length, TIMEOUT_MS);
  queue.wanted = transfers;
  queue.started = queue.ended = 0;
  for (int i = 0; i < IN_FLIGHT && i < transfers; i++) submit(queue.transfers[i]);
  while (queue.ended < transfers) must(libusb_handle_events(NULL), "libusb_handle_events");
}

// The next ones are in flight when it returns. Without a timeout, as a stream is in every rival.
static void stream(void *handle, int length, int transfers) {
  queue.is_stream = 1;
  if (make_queue(handle, length, 0))
    for (int i = 0; i < IN_FLIGHT; i++) submit(queue.transfers[i]);
  // What came beyond the last batch is of this one.
  queue.wanted += transfers;
  while (queue.ended < queue.wanted) must(libusb_handle_events(NULL), "libusb_handle_events");
  queue.ended -= queue.wanted;
  queue.wanted = 0;
}

static const struct workload workloads[] = {
    {"control", get_descriptor, 18, NULL}, {"bulk", bulk, 512, NULL},
    {"bulk-64k", bulk, LONGEST, NULL},     {"bulk-x16", NULL, 512, in_flight},
    {"stream", NULL, 512, stream},         {"bulk-64k-x16", NULL, LONGEST, in_flight},
    {"stream-64k", NULL, LONGEST, stream}};

int main(int argc, char **argv) {
  const struct workload *workload =
      workload_named(argc, argv, workloads, sizeof workloads / sizeof *workloads);
  must(libusb_init(NULL), "libusb_init");
  libusb_device_handle *handle = libusb_open_device_with_vid_pid(NULL, VENDOR, (uint16_t)atoi(argv[2]));
  must(handle ? 0 : LIBUSB_ERROR_NO_DEVICE, argv[2]);
  must(libusb_claim_interface(handle, INTERFACE), "libusb_claim_interface");
  measure(workload, handle);
  // The end of the process ends what a stream has in flight.
}
