// What the rivals in C have in common: how they measure, and what they say of it (see lib/rivals.mjs).
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { VENDOR = 0x1209, SOURCE = 0x84, LONGEST = 65536, MOST_BATCHES = 10000, TIMEOUT_MS = 1000 };
static const double WARM_UP_SECONDS = 0.4, BATCH_SECONDS = 0.02;

// Transfers in each batch of the warm-up, by which the batches of the measurement are made to last.
enum { FIRST_BATCH = 64 };

struct workload {
  const char *name;
  // Makes one transfer of `length` bytes into the buffer and returns how many came; ends the process if there
  // is none.
  int (*one)(void *handle, unsigned char *buffer, int length);
  int length;
  // Instead of `one`: makes so many, of which several are in flight, and sees to their lengths itself.
  void (*many)(void *handle, int length, int transfers);
};

// The workload that the command line names; ends the process if it is another command line.
static const struct workload *workload_named(int argc, char **argv, const struct workload *workloads,
                                             size_t count) {
  for (size_t i = 0; argc == 3 && i < count; i++)
    if (!strcmp(workloads[i].name, argv[1])) return &workloads[i];
  fprintf(stderr, "usage: %s", argv[0]);
  for (size_t i = 0; i < count; i++) fprintf(stderr, "%c%s", i == 0 ? ' ' : '|', workloads[i].name);
  fprintf(stderr, " PRODUCT\n");
  exit(64);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

static void make(const struct workload *w, void *handle, int transfers) {
  static unsigned char buffer[LONGEST];
  if (w->many) {
    w->many(handle, w->length, transfers);
    return;
  }
  for (int i = 0; i < transfers; i++) {
    int length = w->one(handle, buffer, w->length);
    if (length == w->length) continue;
    fprintf(stderr, "%s: %d bytes instead of %d\n", w->name, length, w->length);
    exit(1);
  }
}

// Makes batches of so many transfers for this long and returns the microseconds of one transfer in the median
// batch.
static double run(const struct workload *w, void *handle, double seconds, int batch, long *transfers) {
  static double batches[MOST_BATCHES];
  int count = 0;
  for (double begin = now(), start = begin; start - begin < seconds && count < MOST_BATCHES; count++) {
    make(w, handle, batch);
    double end = now();
    batches[count] = (end - start) * 1e6 / batch;
    start = end;
  }
  *transfers = (long)count * batch;
  qsort(batches, count, sizeof *batches, by_value);
  return count % 2 ? batches[count / 2] : (batches[count / 2 - 1] + batches[count / 2]) / 2;
}

// Warms up, says that it is ready, and measures as long as each line on stdin says.
static void measure(const struct workload *w, void *handle) {
  long transfers;
  double warm = run(w, handle, WARM_UP_SECONDS, FIRST_BATCH, &transfers);
  int batch = (int)(BATCH_SECONDS * 1e6 / warm) + 1;
  printf("{\"ready\":true}\n");
  fflush(stdout);
  for (char line[64]; fgets(line, sizeof line, stdin);) {
    double us = run(w, handle, atof(line), batch, &transfers);
    printf("{\"us\":%.4f,\"transfers\":%ld}\n", us, transfers);
    fflush(stdout);
  }
}
