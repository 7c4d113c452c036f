// A device in words: statements separated by ';', each a keyword and its arguments separated by spaces; bytes
// in hex.
//   id NAME | bus N | port PATH | speed MBITS | node MODE UID GID | latency US | bandwidth MBS
//   device HEX | configuration HEX | raw HEX | bos HEX | langids HEX… | string INDEX LANGID HEX | driver
//   INTERFACE NAME source ADDRESS mod63|counter|words|frames|constant [VALUE] [message N] [chance SEED
//   SHORT PAUSE] | sink ADDRESS [words] | loopback OUT IN [CAPACITY] report ADDRESS INTERVAL_US HEX | packet
//   ADDRESS HEX store WRITE READ SIZE | answer TYPE REQUEST VALUE|* INDEX|* ok HEX|stall | clock stopped
//   isochronous ADDRESS [lengths BYTES_OR_ERROR,… [each-transfer]] [random SEED SHORT EMPTY FAILED] [record
//   BYTES]
// testbed/bus/describe.mjs writes it from the JSON files.
#pragma once
#include "model.h"

struct device *describe_device(const char *text, const char **error);
void describe_free(struct device *d);
const char *describe_root_hub(int bus);
// Bytes of a hex word, "-" for none; NULL if it is not hex. To be freed.
uint8_t *describe_hex(const char *word, size_t *length);
