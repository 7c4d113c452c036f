// The played part of /sys: folders and links as the kernel has them, written into a tmpfs.
#pragma once
#include "model.h"

void sysfs_add(struct device *d);
void sysfs_remove(struct device *d);
// After another configuration: the interface folders and bConfigurationValue.
void sysfs_refresh_interfaces(struct device *d);
void sysfs_set_alternate(struct device *d, unsigned interface);
// `driver` NULL: none is bound.
void sysfs_set_driver(struct device *d, unsigned interface, const char *driver);
