#ifndef TSUSB_LIBUSB0_OPEN_FILE_H_
#define TSUSB_LIBUSB0_OPEN_FILE_H_

#include "library.h"

namespace tsusb::libusb0 {

// Looks after the open file behind a handle of libusb 0.1.12 on Linux, which that opens without saying what
// came of it: usb_open() gives a handle even if the file could not be opened. Keeps it from programs that are
// started. 0, or -errno if the handle is of no use; then it is to be closed. Nothing elsewhere.
int AdoptOpenFile(const Library& library, abi::usb_dev_handle* handle);

}  // namespace tsusb::libusb0

#endif  // TSUSB_LIBUSB0_OPEN_FILE_H_
