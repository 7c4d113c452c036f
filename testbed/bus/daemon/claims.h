// Who may use an interface: claims by files, and the drivers of the kernel.
#pragma once
#include "model.h"

// The interface of an endpoint of the active settings; -ENOENT, -EINVAL. Source: devio.c, findintfep().
int claims_interface_of(const struct device *d, unsigned endpoint);
// Claims the interface if this file has not done so, as the kernel does with a warning. Source: devio.c,
// checkintf().
int claims_check(struct file *f, unsigned interface);
// A control request to an interface or endpoint wants the interface. Source: devio.c, check_ctrlrecip().
int claims_check_recipient(struct file *f, uint8_t type, uint16_t index);

// ioctls: `argument` is the address in the client `pid`.
int claims_claim(struct file *f, uint32_t pid, uint64_t argument);
int claims_release(struct file *f, uint32_t pid, uint64_t argument);
int claims_set_interface(struct file *f, uint32_t pid, uint64_t argument);
int claims_set_configuration(struct file *f, uint32_t pid, uint64_t argument);
// `tell`: the device is told to clear its halt (CLEAR_HALT), not only the host's side (RESETEP).
int claims_clear_halt(struct file *f, uint32_t pid, uint64_t argument, bool tell);
int claims_driver_ioctl(struct file *f, uint32_t pid, uint64_t argument);
int claims_disconnect_claim(struct file *f, uint32_t pid, uint64_t argument);
int claims_get_driver(struct file *f, uint32_t pid, uint64_t argument);
