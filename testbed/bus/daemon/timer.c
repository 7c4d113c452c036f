#include "timer.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static struct list timers = {&timers, &timers};
static int timer_fd = -1;
static int64_t armed;  // 0: not

int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int timers_open(void) {
  timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  return timer_fd;
}

static void arm(void) {
  int64_t due = list_empty(&timers) ? 0 : LIST_OWNER(timers.next, struct timer, node)->due;
  // A wake that comes for nothing is cheaper than a system call for each timer that is stopped.
  if (!due || (armed && armed <= due)) return;
  armed = due;
  struct itimerspec when = {.it_value = {due / 1000000000, due % 1000000000}};
  timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &when, 0);
}

void timer_init(struct timer *t, void (*fire)(struct timer *)) {
  list_init(&t->node);
  t->fire = fire;
}

void timer_start(struct timer *t, int64_t due) {
  list_remove(&t->node);
  t->due = due > 0 ? due : 1;
  struct list *at = &timers;
  while (at->prev != &timers && LIST_OWNER(at->prev, struct timer, node)->due > t->due) at = at->prev;
  list_insert_before(at, &t->node);
  arm();
}

void timer_stop(struct timer *t) { list_remove(&t->node); }

void timers_run(void) {
  uint64_t expirations;
  if (read(timer_fd, &expirations, sizeof expirations) > 0) armed = 0;
  while (!list_empty(&timers)) {
    struct timer *t = LIST_OWNER(timers.next, struct timer, node);
    if (t->due > now_ns()) break;
    list_remove(&t->node);
    t->fire(t);
  }
  arm();
}
