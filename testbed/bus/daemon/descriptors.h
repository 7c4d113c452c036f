// Reads configuration bytes as a Linux host does: what is malformed ends the walk, it never fails the device.
#pragma once
#include "model.h"

// Fills everything but `bytes` and `length`, which are given.
void configuration_parse(struct configuration *c);
const struct altsetting *configuration_find(const struct configuration *c, uint8_t interface,
                                            uint8_t alternate);
// Recomputes which endpoints exist, from the active configuration and each interface's alternate setting.
void device_refresh_endpoints(struct device *d);
// Makes `c` (NULL: none) the active one: alternate settings 0, no halts, drivers bound.
void device_configure(struct device *d, struct configuration *c);
struct configuration *device_find_configuration(struct device *d, int value);
