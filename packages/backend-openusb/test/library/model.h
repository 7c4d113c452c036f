// The devices of the test library, and the bus that they are on.
#ifndef OPENUSB_TEST_MODEL_H
#define OPENUSB_TEST_MODEL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi.h"

// What a caller must never do. The process ends, so that no test can pass by accident.
#define REFUSE(...)                                                                       \
  do {                                                                                    \
    fprintf(stderr, "test library: "), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr); \
    abort();                                                                              \
  } while (0)

enum { ENDPOINTS = 32, INTERFACES = 8 };

struct urb;
struct open_device;

struct packet {
  struct packet *next;
  uint32_t length;
  uint8_t bytes[];
};

struct endpoint {
  uint8_t address, type;
  uint16_t packet_size;
  uint8_t interface, alternate;
  // What it does: send back by another endpoint, give zeros, take all, or never answer.
  enum { LOOPBACK, SOURCE, SINK, SILENT } role;
  uint8_t echo;
  bool is_halted;
  // IN: what waits to be read. OUT: what others will read is there.
  struct packet *first, **last;
  uint32_t held;
  struct urb *urbs, **last_urb;
};

struct device {
  const char *name;
  bool is_plugged;
  uint64_t id;
  const uint8_t *descriptor;
  const uint8_t *configurations[2];
  const char *strings[9];
  uint8_t active;
  uint8_t alternates[INTERFACES];
  // Who holds each interface, as usbfs sees it.
  struct open_device *holders[INTERFACES];
  bool has_driver[INTERFACES];
  struct endpoint endpoints[ENDPOINTS];
  int endpoint_count;
  // Requests to the default endpoint, in order.
  struct urb *controls, **last_control;
  uint8_t store[4096];
};

// One request that was submitted.
struct urb {
  struct urb *next;
  struct request *request;
  struct request copy;
  struct open_device *owner;
  struct device *device;
  uint32_t moved;
  // Packets of an isochronous request that have been done.
  uint32_t packets;
  // The device refused it or it failed otherwise, and the library has dropped it.
  bool is_dead;
  int32_t status;
};

// Held by whoever looks at devices, endpoints and urbs.
extern pthread_mutex_t bus_lock;

// Defects, by name; a number each.
extern int defect_silent_failures;        // what fails for another reason than a halt never comes back
extern int defect_silent_controls;        // nor does a control request that is refused
extern int defect_silent_unplug;          // nor what is in flight when its device is unplugged
extern int defect_loses_partial;          // bytes of an aborted request are not counted
extern int defect_loses_long;             // of a long request, a short last piece is not counted
extern int defect_shifts_packets;         // packets after a short one lie in the wrong place
extern int defect_refuses_strings;        // the device refuses its strings
extern int defect_refuses_status;         // the device refuses GET_STATUS
extern int defect_refuses_configuration;  // the device refuses GET_CONFIGURATION
extern int defect_drops_empty;            // a bulk or interrupt transfer of no bytes is never sent

void model_init(void);
struct device *model_find(uint64_t id);
struct device *model_named(const char *name);
struct device *model_each(int index);
void model_plug(struct device *device);
// Ends what is in flight as the defects say.
void model_unplug(struct device *device);
const uint8_t *model_configuration(const struct device *device);
struct endpoint *model_endpoint(struct device *device, uint8_t address);
void model_reset_interface(struct device *device, int interface);
void model_configure(struct device *device, uint8_t value);

// Takes an urb and carries out what can be.
void bus_submit(struct urb *urb);
// Takes it back. False if it is not there any more.
bool bus_cancel(struct urb *urb);
// Lets the oldest control request go on that waits for ever.
void bus_answer(struct device *device);

// The urb has ended with its status; called with bus_lock held.
void io_done(struct urb *urb);

#endif
