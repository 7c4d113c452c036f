#include "hotplug.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { kUdevGroup = 2 };  // 1 would be the kernel's own messages, which only the kernel can send

// Source: systemd, src/libsystemd/sd-device/device-monitor.c, struct monitor_netlink_header.
struct udev_header {
  char prefix[8];
  uint32_t magic, header_size, properties_offset, properties_length;
  uint32_t subsystem_hash, devtype_hash, tag_bloom_high, tag_bloom_low;
};

static int netlink = -1;
static unsigned long sequence;

void hotplug_open(void) { netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT); }

// MurmurHash2 with seed 0, by which receivers filter in the kernel.
static uint32_t murmur2(const char *text) {
  const uint32_t m = 0x5bd1e995;
  size_t length = strlen(text);
  const uint8_t *b = (const uint8_t *)text;
  uint32_t h = (uint32_t)length;
  for (; length >= 4; b += 4, length -= 4) {
    uint32_t k;
    memcpy(&k, b, 4);
    k *= m;
    k = (k ^ k >> 24) * m;
    h = h * m ^ k;
  }
  if (length > 2) h ^= (uint32_t)b[2] << 16;
  if (length > 1) h ^= (uint32_t)b[1] << 8;
  if (length > 0) h = (h ^ b[0]) * m;
  h = (h ^ h >> 13) * m;
  return h ^ h >> 15;
}

void hotplug_send(const char *action, const struct device *d) {
  if (netlink < 0) return;
  char text[1024];
  const uint8_t *b = d->descriptor;
  int n =
      snprintf(text, sizeof text,
               "ACTION=%s\nDEVPATH=%s\nSUBSYSTEM=usb\nDEVTYPE=usb_device\nSEQNUM=%lu\nMAJOR=189\nMINOR=%d\n"
               "DEVNAME=/dev/bus/usb/%03d/%03d\nBUSNUM=%03d\nDEVNUM=%03d\nPRODUCT=%x/%x/%x\nTYPE=%d/%d/%d\n"
               "USEC_INITIALIZED=1\n",
               action, d->path, ++sequence, (d->bus - 1) * 128 + d->address - 1, d->bus, d->address, d->bus,
               d->address, b[8] | b[9] << 8, b[10] | b[11] << 8, b[12] | b[13] << 8, b[4], b[5], b[6]);
  for (int i = 0; i < n; i++)
    if (text[i] == '\n') text[i] = 0;
  struct udev_header header = {.prefix = "libudev",
                               .magic = htonl(0xfeedcafe),
                               .header_size = sizeof header,
                               .properties_offset = sizeof header,
                               .properties_length = (uint32_t)n,
                               .subsystem_hash = htonl(murmur2("usb")),
                               .devtype_hash = htonl(murmur2("usb_device"))};
  struct sockaddr_nl to = {.nl_family = AF_NETLINK, .nl_groups = kUdevGroup};
  struct iovec v[2] = {{&header, sizeof header}, {text, (size_t)n}};
  struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = v, .msg_iovlen = 2};
  // Fails if nobody listens, which is no concern of the sender.
  sendmsg(netlink, &message, MSG_DONTWAIT);
}
