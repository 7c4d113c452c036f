// What can be asked of the bus while it runs. One line a command, one line of JSON an answer.
//   plug DESCRIPTION | unplug ID | replug ID | node ID MODE UID GID | set ID latency|bandwidth NUMBER
//   fault ID ENDPOINT ACTION AMOUNT COUNT AFTER [TYPE REQUEST VALUE INDEX], each of the four a number or *
//   clear ID [ENDPOINT] | send ID ENDPOINT HEX [end] | inspect [ID] | memory BYTES
//   clock ID stop|run|tick FRAMES | recorded ID ENDPOINT
#pragma once
#include "json.h"

// Runs the command (which is torn apart) and writes the answer, without a line feed.
void command_run(char *line, struct json *answer);
