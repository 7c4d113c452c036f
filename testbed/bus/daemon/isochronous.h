// Isochronous URBs on their endpoint's schedule, as a host controller keeps it: one packet each slot
// (2^(bInterval-1) frames), URB after URB. Source: usb_submit_urb() in urb.c for checks and intervals,
// ehci-sched.c for what the flag ISO_ASAP comes to: a schedule that ran empty goes on in the next slot that
// can be reached.
#pragma once
#include "model.h"

// 0, or the negative errno with which the kernel refuses the lengths of the packets.
int isochronous_check(const struct urb *u);
// Gives a URB that is about to be queued its place, and counts the slots that passed since the last one's.
void isochronous_schedule(struct endpoint *ep, struct urb *u);
// Serves the packets whose time has come, completes URBs, and sees to it that it is called again. By
// endpoint_run().
void isochronous_serve(struct endpoint *ep);
// Tells that `u`, still queued, ends before all its packets had their turn: what follows moves up.
void isochronous_withdrawn(struct urb *u);
// Before anything else happens to the endpoint: what should have moved by now has moved.
void isochronous_catch_up(struct endpoint *ep);
void isochronous_init(struct endpoint *ep);
void isochronous_free(struct endpoint *ep);
