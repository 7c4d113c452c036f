// Deadlines in one ordered list behind one timerfd.
#pragma once
#include <stdint.h>

#include "list.h"

struct timer {
  struct list node;
  int64_t due;  // CLOCK_MONOTONIC, ns
  void (*fire)(struct timer *);
};

int timers_open(void);  // the timerfd, to be watched by the loop
int64_t now_ns(void);
void timer_init(struct timer *t, void (*fire)(struct timer *));
// Starts `t`, or moves it if it is running.
void timer_start(struct timer *t, int64_t due);
void timer_stop(struct timer *t);
// Fires all that is due and arms the timerfd for the next one.
void timers_run(void);
