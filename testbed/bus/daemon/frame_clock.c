#include "frame_clock.h"

#include <stdlib.h>

#include "isochronous.h"

enum { kMicroframe = 125000 };  // ns; USB 2.0 §8.4.3.1

int64_t clock_now(const struct device *d) {
  return d->clock_stopped >= 0 ? d->clock_stopped : (now_ns() - d->clock_origin) / kMicroframe;
}

int64_t clock_time(const struct device *d, int64_t microframe) {
  return d->clock_origin + microframe * kMicroframe;
}

int64_t clock_frame(const struct device *d) { return strtod(d->speed, 0) < 480 ? 8 : 1; }

void clock_begin(struct device *d) { d->clock_origin = now_ns(); }

static void catch_up(struct device *d) {
  for (int i = 0; i < kEndpointSlots; i++) isochronous_catch_up(&d->endpoints[i]);
}

void clock_stop(struct device *d) {
  if (d->clock_stopped < 0) d->clock_stopped = clock_now(d);
  catch_up(d);
}

void clock_run(struct device *d) {
  if (d->clock_stopped < 0) return;
  d->clock_origin = now_ns() - d->clock_stopped * kMicroframe;
  d->clock_stopped = -1;
  catch_up(d);
}

void clock_tick(struct device *d, long frames) {
  for (long i = 0; i < frames && d->clock_stopped >= 0 && !d->gone; i++) {
    d->clock_stopped += clock_frame(d);
    catch_up(d);
  }
}
