#include "open_file.h"

#ifdef __linux__
#include <fcntl.h>
#include <sys/select.h>

#include <cerrno>
#endif

namespace tsusb::libusb0 {

#ifdef __linux__
int AdoptOpenFile(const Library& library, abi::usb_dev_handle* handle) {
  if (library.implementation() != Implementation::kOriginal) return 0;
  // Source: usbi.h of libusb 0.1.12, struct usb_dev_handle: the descriptor comes first, or what open() failed
  // with.
  const int file = *reinterpret_cast<const int*>(handle);
  if (file < 0) return file;
  // It waits by select(), which ends the process for such a number.
  if (file >= FD_SETSIZE) return -EMFILE;
  const int flags = ::fcntl(file, F_GETFL);
  if (flags < 0) return -errno;
  // It opens for reading what it may not write to, and could do nothing with it.
  if ((flags & O_ACCMODE) == O_RDONLY) return -EACCES;
  ::fcntl(file, F_SETFD, FD_CLOEXEC);
  return 0;
}
#else
int AdoptOpenFile(const Library&, abi::usb_dev_handle*) { return 0; }
#endif

}  // namespace tsusb::libusb0
