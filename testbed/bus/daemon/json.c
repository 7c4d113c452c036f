#include "json.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void reserve(struct json *j, size_t more) {
  if (j->length + more + 1 <= j->room) return;
  j->room = (j->length + more + 1) * 2;
  j->text = realloc(j->text, j->room);
}

void json_print(struct json *j, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int n = vsnprintf(0, 0, format, arguments);
  reserve(j, (size_t)n);
  j->length += (size_t)vsnprintf(j->text + j->length, (size_t)n + 1, format, again);
  va_end(again);
  va_end(arguments);
}

void json_string(struct json *j, const char *text) {
  json_print(j, "\"");
  for (; *text; text++) {
    if (*text == '"' || *text == '\\')
      json_print(j, "\\%c", *text);
    else if ((unsigned char)*text < 32)
      json_print(j, "\\u%04x", *text);
    else
      json_print(j, "%c", *text);
  }
  json_print(j, "\"");
}

void json_hex(struct json *j, const void *bytes, size_t length) {
  static const char digits[] = "0123456789abcdef";
  reserve(j, length * 2 + 2);
  char *to = j->text + j->length;
  *to++ = '"';
  for (size_t i = 0; i < length; i++) {
    *to++ = digits[((const uint8_t *)bytes)[i] >> 4];
    *to++ = digits[((const uint8_t *)bytes)[i] & 15];
  }
  *to++ = '"';
  *to = 0;
  j->length += length * 2 + 2;
}

void json_next(struct json *j) {
  char last = j->length ? j->text[j->length - 1] : '{';
  if (last != '{' && last != '[' && last != ':') json_print(j, ",");
}
