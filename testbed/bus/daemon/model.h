// What the daemon keeps: devices with their endpoints, open files with their claims, URBs on their way.
// Everything here is guarded by the one lock in loop.h.
#pragma once
#include <linux/usbdevice_fs.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "list.h"
#include "timer.h"

enum { kEndpointSlots = 32, kInterfaceSlots = 32, kConfigurationSlots = 16, kRequestLog = 256 };

struct endpoint_descriptor {
  uint8_t address, attributes, interval;
  uint16_t max_packet;    // bytes a packet, without the high-bandwidth bits
  uint32_t per_interval;  // bytes that may move in one service interval
};

struct altsetting {
  uint8_t interface, alternate, class_code, subclass, protocol, string, endpoint_count;
  struct endpoint_descriptor endpoints[30];
};

struct configuration {
  uint8_t *bytes;
  size_t length;
  uint8_t value, attributes, max_power, string;
  struct altsetting *alts;
  int alt_count;
};

struct string_descriptor {
  struct list node;
  uint8_t index;
  uint16_t langid;
  size_t length;
  uint8_t bytes[];  // the whole descriptor, as the device sends it
};

struct packet {
  struct list node;
  uint32_t length;
  uint8_t bytes[];
};

enum role {
  ROLE_QUEUE,     // IN: sends the packets queued for it, answers nothing while there are none. OUT: takes
                  // nothing
  ROLE_SOURCE,    // IN: always has data
  ROLE_SINK,      // OUT: takes everything
  ROLE_LOOPBACK,  // OUT: what it takes is queued at the endpoint `loop_to`
};

enum pattern { PATTERN_MOD63, PATTERN_COUNTER, PATTERN_CONSTANT, PATTERN_FRAMES, PATTERN_WORDS };

struct device;

// A packet that an isochronous sink took.
struct recorded {
  struct list node;
  uint32_t frame, length;
  uint8_t bytes[];
};

// What an endpoint has for isochronous transfers only. A slot is one service interval of the endpoint,
// counted from the device's microframe 0; a frame is a slot counted from the first that was used since the
// alternate setting was selected.
struct isochronous {
  bool begun;
  int64_t first_slot, next_slot;
  struct timer due;
  int32_t *lengths;  // what comes of each packet: bytes, or a negative errno; NULL: all are full
  uint32_t length_count;
  bool per_transfer;  // the list begins anew with each URB
  bool random;
  uint32_t seed, short_share, empty_share, failed_share;  // in percent
  uint64_t packets, failed, missed;
  struct list recorded;
  size_t record_room;  // bytes that a sink still records
};

// What the seed decides of each URB of a source, in percent.
struct chance {
  uint32_t seed, short_share, pause_share;
};

// How far an endpoint of PATTERN_WORDS has come. It outlives an unplug.
struct progress {
  uint64_t position;     // bytes of the pattern that a source handed out or a sink took
  uint64_t first_wrong;  // where a sink first took another byte than the pattern's, if `wrong`
  uint32_t drawn;        // URBs of which chance has decided
  bool wrong;
};

struct endpoint {
  struct device *device;
  uint8_t address;
  enum role role;
  uint8_t loop_to;
  enum pattern pattern;
  uint8_t constant;
  uint32_t message;  // bytes a source sends before it ends a message with a short packet; 0: never ends one
  uint64_t counter;
  struct chance chance;
  struct progress progress;
  uint8_t *ready_made;  // bytes of the pattern, lent to URBs
  size_t ready_length;
  uint32_t ready_packet;
  struct list queue;    // URBs in the order of their submission
  struct list packets;  // ROLE_QUEUE: what the device is about to send
  size_t queued_bytes, capacity;
  struct list reports;  // sent again and again, one each `report_interval` µs
  struct list *next_report;
  int64_t report_interval;
  struct timer report_timer;
  bool halted, running;
  int64_t line_free;  // ns: when the bandwidth lets the next URB begin
  uint64_t submitted, transfers, bytes, errors, cancelled;
  uint32_t pending;
  uint8_t last[4096];  // how the last message that a sink took begins
  uint32_t last_length;
  struct isochronous iso;
};

struct interface_state {
  bool present;
  uint8_t alternate;         // as the host believes
  uint8_t device_alternate;  // as the device believes
  struct file *claimed_by;
  bool driver_bound;
};

struct store {
  struct list node;
  uint8_t write_request, read_request;
  uint32_t size;
  uint8_t bytes[];
};

struct answer {
  struct list node;
  uint8_t request_type, request;
  int value, index;  // -1: any
  int status;        // 0, or a negative errno
  uint32_t length;
  uint8_t bytes[];
};

enum fault_action {
  FAULT_STALL,
  FAULT_DELAY,
  FAULT_SHORT,
  FAULT_LONG,
  FAULT_PARTIAL,
  FAULT_SILENT,
  FAULT_ERROR,
  FAULT_UNPLUG,
  FAULT_MISSED,
};

struct fault {
  struct list node;
  uint8_t endpoint;
  int request_type, request, value, index;  // -1: any; only for endpoint 0
  enum fault_action action;
  long amount;  // µs, bytes or an errno, as the action wants
  long after;   // transfers, or isochronous packets, that pass untouched first
  long count;   // -1: until cleared
};

struct logged_request {
  uint8_t setup[8];
  int status;
};

struct device {
  struct list node;  // all plugged devices
  char id[64];
  char name[32];   // "usb1", "1-1.2"
  char ports[24];  // "0" for a root hub, "1.2"
  char path[256];  // below /sys
  uint8_t bus, address;
  char speed[8];  // Mbit/s as sysfs says it
  bool gone;
  uint8_t descriptor[18];
  uint8_t *raw;  // what sysfs `descriptors` and the node show
  size_t raw_length;
  struct configuration configurations[kConfigurationSlots];
  int configuration_count;
  struct configuration *active;  // host's view; NULL: not configured
  uint8_t device_configuration;  // device's view
  uint8_t *bos;
  size_t bos_length;
  uint16_t langids[16];
  int langid_count;
  struct list strings, stores, answers, faults;
  char drivers[kInterfaceSlots][32];
  struct interface_state interfaces[kInterfaceSlots];
  struct endpoint endpoints[kEndpointSlots];
  const struct endpoint_descriptor *active_endpoints[kEndpointSlots];
  uint8_t endpoint_interface[kEndpointSlots];
  bool remote_wakeup;
  uint32_t mode, uid, gid;
  long latency;           // µs
  double bandwidth;       // MB/s, 0: no limit
  int64_t clock_origin;   // ns: when microframe 0 began
  int64_t clock_stopped;  // the microframe at which the clock stands, -1 while it runs
  struct list files;
  int references;  // open files, and being plugged
  uint64_t opens, auto_claims, fault_hits, requests_seen;
  struct logged_request log[kRequestLog];
};

struct waiter {
  struct list node;
  uint64_t unique;
  uint32_t pid;
  uint64_t argument;
};

enum { kUrbBuckets = 512 };

struct file {
  struct list node;  // of the device
  struct device *device;
  bool writable;
  uint64_t claims;  // a bit for each interface
  struct list completed, waiters;
  struct list buckets[kUrbBuckets];  // pending URBs by their address
  uint32_t pending;
  bool poll_wanted;
  uint64_t poll_handle;
};

struct urb {
  struct list queue;   // of the endpoint, then of the file's completed ones
  struct list bucket;  // of the file's pending ones
  struct timer service, timeout;
  struct file *file;
  struct endpoint *endpoint;
  uint64_t user_urb, user_buffer;
  uint64_t unique;  // not 0: a synchronous ioctl waits for this
  uint32_t pid;
  uint8_t type, flags, interface;
  bool in, ready, faulted, mute, owned, has_limit, drawn;
  uint8_t setup[8];
  uint32_t length, actual, limit;
  uint32_t until, pause_at;  // what chance has decided, in bytes; 0: no pause
  int status;
  uint8_t *data;
  struct usbdevfs_iso_packet_desc *packets;  // NULL: not isochronous
  uint32_t packet_count, packets_done, packets_failed, packet_offset;
  int64_t first_slot;
};

static inline int endpoint_slot(uint8_t address) { return (address & 15) | (address & 0x80) >> 3; }

static inline struct endpoint *device_endpoint(struct device *d, uint8_t address) {
  return &d->endpoints[endpoint_slot(address)];
}
