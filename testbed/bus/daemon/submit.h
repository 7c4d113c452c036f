// From an ioctl's argument to a URB. Source: devio.c, proc_do_submiturb(), do_proc_control(), do_proc_bulk().
#pragma once
#include "model.h"

// 0, or a negative errno if nothing was submitted.
int submit_urb(struct file *f, uint32_t pid, uint64_t argument);
// The synchronous ones: 0 if the request `unique` will be answered by the transfer, else a negative errno.
int submit_control(struct file *f, uint32_t pid, uint64_t argument, uint64_t unique);
int submit_bulk(struct file *f, uint32_t pid, uint64_t argument, uint64_t unique);
