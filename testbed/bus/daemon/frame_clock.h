// A device's clock of frames: microframes of 125 µs from the moment it was plugged. Nothing ticks: it is
// asked.
#pragma once
#include "model.h"

// The microframe in which the device is now.
int64_t clock_now(const struct device *d);
// When a microframe begins, as timers want it; not for a clock that stands.
int64_t clock_time(const struct device *d, int64_t microframe);
// Microframes in a frame of the device's speed: 8 at low and full speed, else 1.
int64_t clock_frame(const struct device *d);
void clock_begin(struct device *d);
// Stops the clock: frames pass only by clock_tick().
void clock_stop(struct device *d);
void clock_run(struct device *d);
// Lets that many frames pass, one after the other, at once.
void clock_tick(struct device *d, long frames);
