#define _GNU_SOURCE
#include "control_socket.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "commands.h"

enum { kClients = 32 };

struct client {
  int fd;  // 0: free
  char *text;
  size_t length, room;
};

static int listener = -1;
static struct client clients[kClients];

void control_socket_open(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 16) < 0)
    perror(path);
  chmod(path, 0666);
}

int control_socket_watch(struct pollfd *polls, int room) {
  int n = 0;
  polls[n++] = (struct pollfd){.fd = listener, .events = POLLIN};
  for (int i = 0; i < kClients && n < room; i++)
    if (clients[i].fd) polls[n++] = (struct pollfd){.fd = clients[i].fd, .events = POLLIN};
  return n;
}

static void forget(struct client *c) {
  close(c->fd);
  free(c->text);
  *c = (struct client){0};
}

static bool send_all(int fd, const char *text, size_t length) {
  while (length) {
    ssize_t n = send(fd, text, length, MSG_NOSIGNAL);
    if (n <= 0) return false;
    text += n;
    length -= (size_t)n;
  }
  return true;
}

static bool run_lines(struct client *c) {
  char *end;
  while (c->length && (end = memchr(c->text, '\n', c->length))) {
    struct json answer = {0};
    *end = 0;
    size_t used = (size_t)(end - c->text) + 1;
    command_run(c->text, &answer);
    json_print(&answer, "\n");
    bool sent = send_all(c->fd, answer.text, answer.length);
    free(answer.text);
    if (!sent) return false;
    memmove(c->text, c->text + used, c->length -= used);
  }
  return true;
}

static void serve_client(struct client *c) {
  if (c->room - c->length < 65536) c->text = realloc(c->text, c->room = c->length + 131072);
  ssize_t n = recv(c->fd, c->text + c->length, c->room - c->length, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n > 0) c->length += (size_t)n;
  if (n <= 0 || !run_lines(c)) forget(c);
}

static void accept_client(void) {
  int fd = accept4(listener, 0, 0, SOCK_CLOEXEC);
  if (fd < 0) return;
  for (int i = 0; i < kClients; i++) {
    if (clients[i].fd) continue;
    clients[i].fd = fd;
    return;
  }
  close(fd);
}

void control_socket_serve(const struct pollfd *polls, int count) {
  for (int p = 1; p < count; p++)
    for (int i = 0; polls[p].revents && i < kClients; i++)
      if (clients[i].fd == polls[p].fd) serve_client(&clients[i]);
  if (polls[0].revents) accept_client();
}
