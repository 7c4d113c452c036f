// tsusb-bus COMMAND [ARGUMENT…]: runs COMMAND where the kernel seems to have the USB devices that file
// descriptor 3 describes, one command of the control socket a line. Ends with COMMAND and its status.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "commands.h"
#include "control_socket.h"
#include "filesystem.h"
#include "fuse_wire.h"
#include "hotplug.h"
#include "namespace.h"
#include "timer.h"

enum { kDescriptionFd = 3 };

// Guards everything that both threads see: one answers the file system, the other timers, commands and
// signals.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static char *read_description(void) {
  size_t length = 0, room = 1 << 16;
  char *text = malloc(room + 1);
  for (ssize_t n; (n = read(kDescriptionFd, text + length, room - length)) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    length += (size_t)n;
    if (length == room) text = realloc(text, (room *= 2) + 1);
  }
  close(kDescriptionFd);
  text[length] = 0;
  return text;
}

static void plug_described(char *text) {
  for (char *line; (line = strsep(&text, "\n"));) {
    struct json answer = {0};
    if (!*line) continue;
    char *copy = strndup(line, 60);
    command_run(line, &answer);
    if (!strstr(answer.text, "\"ok\":true")) {
      fprintf(stderr, "tsusb bus: %s…: %s\n", copy, answer.text);
      exit(EX_DATAERR);
    }
    free(copy);
    free(answer.text);
  }
}

static void *serve_files(void *unused) {
  static char request[1 << 16];
  for (;;) {
    ssize_t n = read(fuse_wire_fd(), request, sizeof request);
    if (n < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN)) continue;
    if (n < (ssize_t)sizeof(struct fuse_in_header))
      return unused;  // unmounted: the namespace is being taken down
    pthread_mutex_lock(&lock);
    filesystem_serve(request);
    pthread_mutex_unlock(&lock);
  }
}

static pid_t start_command(char **arguments, const sigset_t *signals) {
  pid_t daemon = getpid(), child = fork();
  if (child) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != daemon) _exit(EX_UNAVAILABLE);
  sigprocmask(SIG_SETMASK, signals, 0);
  execvp(arguments[0], arguments);
  int error = errno;
  fprintf(stderr, "tsusb bus: %s: %s\n", arguments[0], strerror(error));
  _exit(error == ENOENT ? 127 : 126);
}

// Processes that the command left behind come to this one as their reaper; without the bus they are of no
// use.
static void end_leftovers(void) {
  char path[64], list[65536];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
  for (int round = 0; round < 100; round++) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, list, sizeof list - 1);
    if (fd >= 0) close(fd);
    if (n <= 0) return;
    list[n] = 0;
    for (char *rest = list, *word; (word = strsep(&rest, " "));)
      if (*word) kill((pid_t)strtol(word, 0, 10), SIGKILL);
    while (waitpid(-1, 0, WNOHANG) > 0) continue;
    usleep(1000);
  }
}

// Returns the exit status once the command has ended, else -1.
static int reap(pid_t command) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
    if (pid == command) return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return -1;
}

static int serve_rest(int signal_fd, int timer_fd, pid_t command, pid_t parent) {
  struct pollfd polls[40];
  for (;;) {
    polls[0] = (struct pollfd){.fd = signal_fd, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = timer_fd, .events = POLLIN};
    int clients = control_socket_watch(polls + 2, 38);
    if (poll(polls, (nfds_t)clients + 2, -1) < 0) continue;
    if (polls[0].revents) {
      struct signalfd_siginfo info;
      if (read(signal_fd, &info, sizeof info) != sizeof info) continue;
      if (getppid() != parent) return 128 + SIGKILL;  // the runner was killed
      if (info.ssi_signo == SIGCHLD) {
        int status = reap(command);
        if (status >= 0) return status;
      } else if (info.ssi_code != SI_KERNEL) {
        kill(command, (int)info.ssi_signo);  // what the terminal sends reaches the command by itself
      }
    }
    pthread_mutex_lock(&lock);
    if (polls[1].revents) timers_run();
    control_socket_serve(polls + 2, clients);
    pthread_mutex_unlock(&lock);
  }
}

int main(int count, char **arguments) {
  if (count < 2) {
    fprintf(stderr, "usage: tsusb-bus COMMAND [ARGUMENT…] 3<DESCRIPTION\n");
    return EX_USAGE;
  }
  sigset_t watched, before;
  sigemptyset(&watched);
  const int signals[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaddset(&watched, signals[i]);
  sigprocmask(SIG_BLOCK, &watched, &before);
  pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prctl(PR_SET_TIMERSLACK, 1000);  // ns: a delay of 300 µs is to be one
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (getppid() != parent) return EX_UNAVAILABLE;
  mallopt(M_MMAP_THRESHOLD, 64 << 20);  // URB buffers come and go: no mapping and page faults for each
  mallopt(M_TRIM_THRESHOLD, 256 << 20);

  char *description = read_description();
  int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (fuse < 0)
    unavailable("cannot open /dev/fuse: %s. Load the module fuse, or give the container the device.",
                strerror(errno));
  namespace_enter(fuse);
  fuse_wire_open(fuse);
  hotplug_open();
  int timer_fd = timers_open(), signal_fd = signalfd(-1, &watched, SFD_CLOEXEC);
  plug_described(description);
  free(description);
  control_socket_open(BUS_SOCKET);
  setenv("TSUSB_BUS_SOCKET", BUS_SOCKET, 1);
  setenv("SYSTEMD_DEVICE_VERIFY_SYSFS", "0", 1);  // libudev: take this /sys though it is no sysfs
  pthread_t files;
  pid_t command = start_command(arguments + 1, &before);
  if (command < 0 || pthread_create(&files, 0, serve_files, 0))
    unavailable("cannot start: %s", strerror(errno));
  int status = serve_rest(signal_fd, timer_fd, command, parent);
  end_leftovers();
  _exit(status);
}
