// Answers on the control socket: one line of JSON, put together piece by piece.
#pragma once
#include <stddef.h>

struct json {
  char *text;
  size_t length, room;
};

__attribute__((format(printf, 2, 3))) void json_print(struct json *j, const char *format, ...);
void json_string(struct json *j, const char *text);
void json_hex(struct json *j, const void *bytes, size_t length);
// Writes a comma if something stands before it in the same array or object.
void json_next(struct json *j);
