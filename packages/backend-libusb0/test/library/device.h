// The device of the test libraries, below any libusb: descriptors, endpoints and requests, in the likeness of
// gadget zero. Results are bytes or negative errno. It is on the bus while there is no file TSUSB_UNPLUGGED.
#include <stdint.h>

enum { INTERFACES = 4 };

struct handle {
  int claimed[INTERFACES];
  // Which plugging it was opened in.
  int plugging;
  // Of what was claimed last, as the real ones keep it; -1: nothing.
  int interface;
};

extern const uint8_t device_descriptor[18];
// By index; the bytes of wTotalLength.
extern const uint8_t *const configurations[2];

// Counts pluggings from 1; 0 while it is not on the bus.
int device_plugging(void);
int device_claim(struct handle *handle, int number);
int device_release(struct handle *handle, int number);
int device_select(struct handle *handle, int number, int setting);
int device_configure(int value);
int device_clear_halt(int endpoint);
void device_reset(void);
int device_control(struct handle *handle, int type, int request, int value, int index, uint8_t *bytes,
                   int size);

// What a transfer came to, beside the bytes.
enum outcome { DONE, TIMED_OUT, HALTED, OVERFLOWED, ENDED, GONE, WRONG };
// `timeout` 0 waits for ever, until `*cancelled`, if there is one, or until the interface is given back.
enum outcome device_read(struct handle *handle, int endpoint, uint8_t *bytes, int size, int timeout,
                         const volatile int *cancelled, int *done);
enum outcome device_write(struct handle *handle, int endpoint, const uint8_t *bytes, int size, int *done);
// One packet at a time; inwards each is put where it belongs, with a hole behind it.
enum outcome device_isochronous(struct handle *handle, int endpoint, uint8_t *bytes, int size,
                                int packet_size, int *done);
