#define _GNU_SOURCE
#include "namespace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

void unavailable(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "tsusb bus: ");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  va_end(arguments);
  exit(EX_UNAVAILABLE);
}

static void must_mount(const char *source, const char *target, const char *type, unsigned long flags,
                       const char *options) {
  if (mount(source, target, type, flags, options) < 0)
    unavailable("cannot mount on %s: %s. Run it as root with CAP_SYS_ADMIN (in Docker: --privileged).",
                target, strerror(errno));
}

static void bind_child(int under, const char *folder, const struct dirent *e) {
  char from[320], to[640], target[512];
  snprintf(from, sizeof from, "/proc/self/fd/%d/%s", under, e->d_name);
  snprintf(to, sizeof to, "%s/%s", folder, e->d_name);
  if (e->d_type == DT_LNK) {
    ssize_t n = readlinkat(under, e->d_name, target, sizeof target - 1);
    if (n < 0) return;
    target[n] = 0;
    if (symlink(target, to) < 0) perror(to);
    return;
  }
  if (e->d_type == DT_DIR) {
    mkdir(to, 0755);
  } else {
    int fd = open(to, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (fd >= 0) close(fd);
  }
  // What cannot be bound (a mount of somebody else's user namespace) is missing inside, which is no reason to
  // fail.
  mount(from, to, 0, MS_BIND | MS_REC, 0);
}

// Makes `folder` writable for us alone: a tmpfs with everything of the real one bound into it, but for
// `except`.
static void cover(const char *folder, const char *except) {
  int under = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat was;
  if (stat(folder, &was) < 0) was.st_mode = 0755;
  must_mount("tsusb-bus", folder, "tmpfs", MS_NOSUID, "mode=0755");
  chmod(folder, was.st_mode & 07777);
  DIR *entries = under < 0 ? 0 : fdopendir(dup(under));
  for (struct dirent *e; entries && (e = readdir(entries));) {
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || !strcmp(e->d_name, except)) continue;
    bind_child(under, folder, e);
  }
  if (entries) closedir(entries);
  if (under >= 0) close(under);
}

// As cover(), for a folder inside a covered one: `from` is the real one.
static void cover_inside(const char *folder, const char *except) {
  mkdir(folder, 0755);
  cover(folder, except);
}

static bool is_folder(const char *path) {
  struct stat s;
  return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static void make_folders(void) {
  const char *folders[] = {"/sys/bus/usb",
                           "/sys/bus/usb/devices",
                           "/sys/bus/usb/drivers",
                           "/sys/bus/usb/drivers/usb",
                           "/sys/bus/usb/drivers/usbfs",
                           "/sys/devices/played"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) mkdir(folders[i], 0755);
}

static void play_sys(void) {
  if (!is_folder("/sys")) unavailable("there is no folder /sys to mount on.");
  cover("/sys", "");
  cover_inside("/sys/bus", "usb");
  cover_inside("/sys/devices", "played");
  cover_inside("/sys/dev", "");
  cover_inside("/sys/dev/char", "");
  make_folders();
}

static void play_dev(int fuse_fd) {
  char options[128];
  if (is_folder("/dev/bus")) {
    must_mount("tsusb-bus", "/dev/bus", "tmpfs", MS_NOSUID, "mode=0755");
  } else {
    cover("/dev", "bus");
    mkdir("/dev/bus", 0755);
  }
  mkdir("/dev/bus/usb", 0755);
  // The kernel checks the nodes' mode and owner, as for real ones, also for users other than root.
  snprintf(options, sizeof options,
           "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions", fuse_fd);
  must_mount("tsusb-bus", "/dev/bus/usb", "fuse", MS_NOSUID | MS_NODEV, options);
}

// libudev listens for hotplug messages only where /run/udev/control tells it that udev is there.
static void play_run(void) {
  if (is_folder("/run/udev")) {
    must_mount("tsusb-bus", "/run/udev", "tmpfs", MS_NOSUID, "mode=0755");
  } else {
    if (!is_folder("/run")) unavailable("there is no folder /run to mount on.");
    cover("/run", "udev");
    mkdir("/run/udev", 0755);
  }
  int fd = open("/run/udev/control", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (fd >= 0) close(fd);
}

static void raise_loopback(void) {
  struct ifreq request = {.ifr_name = "lo"};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
    request.ifr_flags |= IFF_UP;
    ioctl(fd, SIOCSIFFLAGS, &request);
  }
  close(fd);
}

void namespace_enter(int fuse_fd) {
  if (unshare(CLONE_NEWNS | CLONE_NEWNET) < 0)
    unavailable("cannot make namespaces: %s. Run it as root with CAP_SYS_ADMIN (in Docker: --privileged).",
                strerror(errno));
  must_mount(0, "/", 0, MS_REC | MS_PRIVATE, 0);
  raise_loopback();
  play_sys();
  play_run();
  play_dev(fuse_fd);
}
