// A place of its own for the command: mounts and a network namespace that nobody outside sees.
#pragma once

#define BUS_SOCKET "/run/udev/tsusb-bus"

// Enters it and mounts the bus served by the file descriptor. Ends the process with EX_UNAVAILABLE if that
// cannot be done.
void namespace_enter(int fuse_fd);
__attribute__((noreturn, format(printf, 1, 2))) void unavailable(const char *format, ...);
