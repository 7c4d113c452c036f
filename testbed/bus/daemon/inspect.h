// What the bus knows, as JSON for tests.
#pragma once
#include "json.h"
#include "model.h"

// `d` NULL: every plugged device.
void inspect(const struct device *d, struct json *j);
// The packets that an isochronous sink has recorded.
void inspect_recorded(const struct endpoint *ep, struct json *j);
