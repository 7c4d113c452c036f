// Open devices, each with its I/O thread, and what came back and has not been reaped.
#ifndef OPENUSB_TEST_IO_H
#define OPENUSB_TEST_IO_H

#include "model.h"

// One open device.
struct open_device {
  struct open_device *next;
  uint64_t id, handle;
  struct device *device;
  // The device's id when it was opened.
  uint64_t device_id;
  // Whether the library knows which configuration is active.
  bool knows_configuration;
  uint8_t alternates[INTERFACES];
  bool claims[INTERFACES];
  pthread_t thread;
  bool is_closing;
  // Held during callbacks, and by every call about this device.
  pthread_mutex_t lock;
  // With bus_lock: what has ended and waits for the thread.
  struct urb *done, **last_done;
  pthread_cond_t changed;
  // With bus_lock: every urb that has not been told of.
  struct urb *open[4096];
  int open_count;
};

// What tests ask for. With bus_lock.
extern struct counts {
  int submitted, aborted, callbacks, unreaped, lost, evicted, alternates_set, device_data, spinning;
} counts;

// Lies, by name.
extern int lie_twice;    // calls back twice
extern int lie_length;   // says that a gigabyte has moved
extern int lie_thread;   // calls back on a thread of its own
extern int lie_at_once;  // calls back before openusb_xfer_aio returns
extern int lie_never;    // never calls back about bulk requests
extern int hang_in_abort;
extern int hang_in_submit;
extern int hang_in_close;
extern int hang_in_claim;

struct open_device *io_open(struct device *device, uint64_t handle);
void io_close(struct open_device *open);
struct open_device *io_find(uint64_t id);
bool io_any(uint64_t handle);

// Refuses a call that is made from within one of our callbacks.
void io_not_from_callback(const char *function);
// Stops the calling thread for as long as `hang` is set.
void io_hang(const int *hang);

int32_t io_submit(struct request *request);
int32_t io_abort(struct request *request);
int32_t io_poll(uint32_t count, struct request **requests, struct request **done);
// A control request made by the library itself, which waits for the answer.
int32_t io_control(struct open_device *open, uint8_t request_type, uint8_t request, uint16_t value,
                   uint8_t *bytes, uint32_t length);

#endif
