// What the bus knows, as JSON for tests.
#pragma once
#include "json.h"
#include "model.h"

// `d` NULL: every plugged device.
void inspect(const struct device *d, struct json *j);
