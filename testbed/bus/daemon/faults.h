// Faults that were commanded: what the device does instead of what it is described to do.
#pragma once
#include "model.h"

// The errno that Linux gives this name, of those that a host controller reports; 0 for others.
int fault_error_number(const char *name);

// The fault that applies to the next transfer of `endpoint` (for 0: with this setup packet), or NULL. Counts
// it.
const struct fault *fault_take(struct device *d, uint8_t endpoint, const uint8_t *setup);
// Whether an endpoint of its transfer type can meet this fault.
bool fault_fits(const struct device *d, const struct fault *f);
void fault_add(struct device *d, const struct fault *f);
// Removes all faults of `endpoint` (-1: of the device).
void fault_clear(struct device *d, int endpoint);
