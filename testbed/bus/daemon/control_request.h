// Endpoint 0: how the device answers control requests.
#pragma once
#include "model.h"

// Largest data stage, as usbfs has it (one page).
enum { kControlBytes = 4096 };

// Runs the request. `out` has wLength bytes for an OUT request; for an IN request `*in` is set to the answer,
// which stays valid until the next call. Returns the bytes of the data stage, or a negative errno.
int control_request(struct device *d, const uint8_t *setup, const uint8_t *out, const uint8_t **in);
// A request without data that the host's kernel sends by itself; faults apply. Returns 0 or a negative errno.
int control_from_host(struct device *d, uint8_t type, uint8_t request, uint16_t value, uint16_t index);
void control_log(struct device *d, const uint8_t *setup, int status);
const struct string_descriptor *device_string(const struct device *d, uint8_t index, uint16_t langid);
