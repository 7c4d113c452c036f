// The socket on which tests command the bus.
#pragma once
#include <poll.h>

void control_socket_open(const char *path);
// Adds the descriptors to watch from `polls` on; returns how many.
int control_socket_watch(struct pollfd *polls, int room);
// Takes what came in and answers it.
void control_socket_serve(const struct pollfd *polls, int count);
