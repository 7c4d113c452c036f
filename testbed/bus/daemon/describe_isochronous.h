// The statement of a description that is for isochronous endpoints only.
#pragma once
#include "model.h"

// Takes the words behind `isochronous ADDRESS`. Returns what is wrong with them, or NULL.
const char *describe_isochronous(struct endpoint *ep, char **words, int count);
