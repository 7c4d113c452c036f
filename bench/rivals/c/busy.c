// C with libusb 1.0: a thread handles events and submits the transfers again, while the program's own is
// busy.
#include <pthread.h>
#include <stdatomic.h>

#include "solo.h"

// Bytes in flight: what the line moves in 26 ms, for a thread that does not get the CPU at once.
enum { IN_FLIGHT = 1024 * 1024, BUSY_MS = 50, RUN_UP = 4 };
// Bytes that the device's line moves in a millisecond.
static const double LINE_BYTES = 40000;

static atomic_llong bytes;

static void LIBUSB_CALL on_end(struct libusb_transfer *transfer) {
  if (transfer->status != LIBUSB_TRANSFER_COMPLETED) must(LIBUSB_ERROR_IO, "a transfer failed");
  bytes += transfer->actual_length;
  must(libusb_submit_transfer(transfer), "libusb_submit_transfer");
}

static void *handle_events(void *unused) {
  for (;;) must(libusb_handle_events(unused), "libusb_handle_events");
}

int main(int argc, char **argv) {
  const int size = argc == 3 ? atoi(argv[1]) * 1024 : 0;
  if (size <= 0) usage("KIB");
  libusb_device_handle *handle = open_device(LINE);
  for (int i = 0; i < IN_FLIGHT / size; i++)
    must(libusb_submit_transfer(make_transfer(handle, SOURCE, size, on_end, 0)), "libusb_submit_transfer");
  pthread_t thread;
  must(-pthread_create(&thread, NULL, handle_events, NULL), "pthread_create");
  double begin = 0;
  long long before = 0;
  for (int turn = 0;; turn++) {
    double now = now_ms();
    if (turn == RUN_UP) {
      begin = now;
      before = bytes;
    } else if (turn > RUN_UP && now - begin >= atof(argv[2]) * 1e3) {
      printf("{\"values\":{\"share\":%.3f}}\n", 100 * (bytes - before) / (LINE_BYTES * (now - begin)));
      return 0;
    }
    while (now_ms() - now < BUSY_MS);
    nanosleep(&(struct timespec){.tv_nsec = BUSY_MS * 1000000}, NULL);
  }
}
