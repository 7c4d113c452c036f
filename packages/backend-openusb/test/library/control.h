// A socket by which tests act on the devices and look into the library.
#ifndef OPENUSB_TEST_CONTROL_H
#define OPENUSB_TEST_CONTROL_H

#include <stdint.h>

// Listens where TSUSB_TEST_OPENUSB_SOCKET says, if it says anything.
void control_start(void);
void control_stop(void);

// Of api.c: tells every user of a device, and a switch of its own by its name.
void api_tell(uint64_t device, int32_t kind);
int *api_switch(const char *name);

#endif
