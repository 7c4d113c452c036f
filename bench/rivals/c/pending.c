// C with libusb 1.0 and many reads pending: a transfer for each, submitted at once. The one that is active is
// moved by the synchronous call, which handles the events of all.
#include <dirent.h>
#include <unistd.h>

#include "solo.h"

enum { MANY = 1000, IDLE = 200, SIZE = 512, RUN_UP_MS = 200 };

static libusb_device_handle *handle;
static struct libusb_transfer *transfers[MANY];
static int ended, cancelled;

static void LIBUSB_CALL on_end(struct libusb_transfer *transfer) {
  ended++;
  if (transfer->status == LIBUSB_TRANSFER_CANCELLED) cancelled++;
}

static void submit(int count) {
  for (int i = 0; i < count; i++) {
    transfers[i] = make_transfer(handle, FIRST_SILENT + i % SILENT_ENDPOINTS, SIZE, on_end, 0);
    must(libusb_submit_transfer(transfers[i]), "libusb_submit_transfer");
  }
}

static int entries_of(const char *path) {
  int count = 0;
  DIR *folder = opendir(path);
  if (!folder) return -1;
  for (struct dirent *entry; (entry = readdir(folder));) count += entry->d_name[0] != '.';
  closedir(folder);
  return count;
}

static int move(double until) {
  unsigned char buffer[SIZE];
  int count = 0, length;
  for (; now_ms() < until; count++)
    must(libusb_bulk_transfer(handle, SOURCE, buffer, SIZE, &length, 0), "libusb_bulk_transfer");
  return count;
}

static void beside(double seconds) {
  submit(IDLE);
  move(now_ms() + RUN_UP_MS);
  double begin = now_ms();
  int count = move(begin + seconds * 1e3);
  double us = (now_ms() - begin) * 1e3 / count;
  if (ended > 0) must(LIBUSB_ERROR_OTHER, "an idle read ended");
  printf("{\"values\":{\"us\":%.4f,\"threads\":%d}}\n", us, entries_of("/proc/self/task"));
}

static void cancel(void) {
  double begin = now_ms();
  submit(MANY);
  for (int i = 0; i < MANY; i++) must(libusb_cancel_transfer(transfers[i]), "libusb_cancel_transfer");
  while (ended < MANY) must(libusb_handle_events(NULL), "libusb_handle_events");
  double ms = now_ms() - begin;
  if (cancelled < MANY) must(LIBUSB_ERROR_OTHER, "a read ended otherwise");
  printf("{\"values\":{\"ms\":%.4f}}\n", ms);
}

static long resident(void) {
  long total, pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%ld %ld", &total, &pages) != 2) must(LIBUSB_ERROR_IO, "/proc/self/statm");
  fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

static void memory(void) {
  submit(10);
  long before = resident();
  submit(MANY);
  printf("{\"values\":{\"rss\":%.1f}}\n", (double)(resident() - before) / MANY);
}

int main(int argc, char **argv) {
  if (argc != 3) usage("beside|cancel|memory");
  handle = open_device(ENDLESS);
  if (!strcmp(argv[1], "beside"))
    beside(atof(argv[2]));
  else if (!strcmp(argv[1], "cancel"))
    cancel();
  else if (!strcmp(argv[1], "memory"))
    memory();
  else
    usage("beside|cancel|memory");
  // The end of the process ends what is pending.
}
