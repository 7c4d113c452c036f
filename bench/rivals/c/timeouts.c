// C with libusb 1.0: the synchronous call with a timeout, one after the other.
#include <math.h>

#include "solo.h"

enum { MOST = 1000, TOGETHER_MS = 900, RUN_UP = 5, RUN_UP_MS = 10 };

// Reads what nothing answers; returns the milliseconds until that has timed out.
static double unanswered(libusb_device_handle *handle, int timeout_ms) {
  unsigned char buffer[512];
  int length;
  double begin = now_ms();
  int status = libusb_bulk_transfer(handle, FIRST_SILENT, buffer, sizeof buffer, &length, timeout_ms);
  double ms = now_ms() - begin;
  if (status != LIBUSB_ERROR_TIMEOUT) must(LIBUSB_ERROR_OTHER, "a read did not time out");
  return ms;
}

int main(int argc, char **argv) {
  const int asked = argc == 3 ? atoi(argv[1]) : 0;
  if (asked <= 0) usage("MILLISECONDS");
  libusb_device_handle *handle = open_device(ENDLESS);
  static double off[MOST];
  int count = (TOGETHER_MS + asked - 1) / asked;
  if (count > MOST) count = MOST;
  for (int i = 0; i < RUN_UP; i++) unanswered(handle, RUN_UP_MS);
  for (int i = 0; i < count; i++) off[i] = fabs(unanswered(handle, asked) - asked);
  qsort(off, count, sizeof *off, by_value);
  printf("{\"values\":{\"off\":%.4f}}\n", off[(count * 99 + 99) / 100 - 1]);
}
