// The file tree below /dev/bus/usb, served request by request.
#pragma once
#include <stddef.h>

// Answers one request as read from /dev/fuse.
void filesystem_serve(const void *request);
