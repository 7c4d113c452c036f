// What udev tells programs when a device comes or goes.
#pragma once
#include "model.h"

void hotplug_open(void);
void hotplug_send(const char *action, const struct device *d);
