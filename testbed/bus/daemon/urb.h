// The way of a URB: submitted, in its endpoint's queue, served by the device, reaped by the client.
#pragma once
#include "model.h"

// usbfs refuses to hold more than this for all files together; from the bus description, 16 MiB unless told.
void urb_memory_limit(size_t bytes);
// A new URB, or NULL if the limit is reached. `packets` is 0 unless it is isochronous.
struct urb *urb_new(struct file *f, struct endpoint *ep, uint32_t length, uint32_t packets);
void urb_free(struct urb *u);
void urb_submit(struct urb *u);
void urb_complete(struct urb *u, int status);
struct urb *urb_find(struct file *f, uint64_t user_urb);
// Hands the oldest completed URB to the client. Returns 0, -EAGAIN if there is none, -EFAULT.
int urb_reap(struct file *f, uint32_t pid, uint64_t argument);
// Completes with `status` what the file (NULL: any) has pending on the interface (-1: any).
void urb_discard(struct device *d, struct file *f, int interface, int status);
// Serves what can be served now.
void endpoint_run(struct endpoint *ep);
