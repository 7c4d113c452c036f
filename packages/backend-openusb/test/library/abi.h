// OpenUSB's types as this test library speaks them. Written from its documentation and from measured sizes
// and offsets, apart from the addon's own header: what one of them gets wrong must not be wrong in both.
#ifndef OPENUSB_TEST_ABI_H
#define OPENUSB_TEST_ABI_H

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

enum {
  SUCCESS = 0,
  PLATFORM_FAILURE = -1,
  NO_RESOURCES = -2,
  NOT_SUPPORTED = -4,
  BUSY = -7,
  BADARG = -8,
  PARSE_ERROR = -10,
  UNKNOWN_DEVICE = -11,
  INVALID_HANDLE = -12,
  SYS_FUNC_FAILURE = -13,
  NULL_LIST = -14,
  IO_STALL = -50,
  IO_REQ_TOO_BIG = -53,
  IO_TIMEOUT = -62,
  IO_CANCELED = -63,
};

enum { EVENT_ATTACH = 0, EVENT_REMOVE = 1, EVENT_COUNT = 7 };
enum { TYPE_CONTROL = 1, TYPE_INTERRUPT = 2, TYPE_BULK = 3, TYPE_ISOCHRONOUS = 4 };

struct result {
  int32_t status;
  uint32_t transferred_bytes;
};

struct setup {
  uint8_t request_type, request;
  uint16_t value, index;
};

struct ctrl_request {
  struct setup setup;
  uint8_t *payload;
  uint32_t length, timeout, flags;
  struct result result;
  void *next;
};

struct intr_request {
  uint16_t interval;
  uint8_t *payload;
  uint32_t length, timeout, flags;
  struct result result;
  void *next;
};

struct bulk_request {
  uint8_t *payload;
  uint32_t length, timeout, flags;
  struct result result;
  void *next;
};

struct isoc_packet {
  uint8_t *payload;
  uint32_t length;
};

struct isoc_packets {
  uint32_t count;
  struct isoc_packet *packets;
};

struct isoc_request {
  uint32_t start_frame, flags;
  struct isoc_packets packets;
  struct result *results;
  int32_t status;
  void *next;
};

struct request {
  uint64_t device;
  uint8_t interface, endpoint;
  int32_t type;
  union {
    struct ctrl_request *ctrl;
    struct intr_request *intr;
    struct bulk_request *bulk;
    struct isoc_request *isoc;
  } of;
  int32_t (*callback)(struct request *);
  void *argument;
};

typedef void (*event_callback)(uint64_t handle, uint64_t device, int32_t event, void *argument);
typedef void (*debug_callback)(uint64_t handle, const char *format, va_list arguments);

#if UINTPTR_MAX == UINT64_MAX
#define SIZE(type, size) static_assert(sizeof(struct type) == (size), #type)
#define AT(type, field, offset) static_assert(offsetof(struct type, field) == (offset), #type "." #field)
SIZE(result, 8);
AT(result, transferred_bytes, 4);
SIZE(ctrl_request, 48);
AT(ctrl_request, setup.value, 2);
AT(ctrl_request, setup.index, 4);
AT(ctrl_request, payload, 8);
AT(ctrl_request, length, 16);
AT(ctrl_request, timeout, 20);
AT(ctrl_request, flags, 24);
AT(ctrl_request, result, 28);
AT(ctrl_request, next, 40);
SIZE(intr_request, 48);
AT(intr_request, payload, 8);
AT(intr_request, length, 16);
AT(intr_request, timeout, 20);
AT(intr_request, flags, 24);
AT(intr_request, result, 28);
AT(intr_request, next, 40);
SIZE(bulk_request, 40);
AT(bulk_request, length, 8);
AT(bulk_request, timeout, 12);
AT(bulk_request, flags, 16);
AT(bulk_request, result, 20);
AT(bulk_request, next, 32);
SIZE(isoc_packet, 16);
AT(isoc_packet, length, 8);
SIZE(isoc_packets, 16);
AT(isoc_packets, packets, 8);
SIZE(isoc_request, 48);
AT(isoc_request, flags, 4);
AT(isoc_request, packets, 8);
AT(isoc_request, results, 24);
AT(isoc_request, status, 32);
AT(isoc_request, next, 40);
SIZE(request, 40);
AT(request, interface, 8);
AT(request, endpoint, 9);
AT(request, type, 12);
AT(request, of, 16);
AT(request, callback, 24);
AT(request, argument, 32);
#undef SIZE
#undef AT
#endif

#endif
