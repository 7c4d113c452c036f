#include "control.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io.h"

static int listener = -1;
static struct sockaddr_un address;
static pthread_t thread;

static const struct {
  const char *name;
  int *value;
} switches[] = {
    {"silent-failures", &defect_silent_failures},
    {"silent-controls", &defect_silent_controls},
    {"silent-unplug", &defect_silent_unplug},
    {"loses-partial", &defect_loses_partial},
    {"loses-long", &defect_loses_long},
    {"shifts-packets", &defect_shifts_packets},
    {"refuses-strings", &defect_refuses_strings},
    {"refuses-status", &defect_refuses_status},
    {"refuses-configuration", &defect_refuses_configuration},
    {"drops-empty", &defect_drops_empty},
    {"twice", &lie_twice},
    {"length", &lie_length},
    {"thread", &lie_thread},
    {"at-once", &lie_at_once},
    {"never", &lie_never},
    {"hang-in-abort", &hang_in_abort},
    {"hang-in-submit", &hang_in_submit},
    {"hang-in-close", &hang_in_close},
    {"hang-in-claim", &hang_in_claim},
};

static int *find_switch(const char *name) {
  for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++) {
    if (strcmp(switches[i].name, name) == 0) return switches[i].value;
  }
  return api_switch(name);
}

static void look(char *reply, size_t size) {
  snprintf(reply, size,
           "{\"submitted\":%d,\"aborted\":%d,\"callbacks\":%d,\"unreaped\":%d,\"lost\":%d,\"evicted\":%d,"
           "\"alternatesSet\":%d,\"deviceData\":%d,\"spinning\":%d}",
           counts.submitted, counts.aborted, counts.callbacks, counts.unreaped, counts.lost, counts.evicted,
           counts.alternates_set, counts.device_data, counts.spinning);
}

static void act(const char *verb, const char *name, int value, char *reply, size_t size) {
  struct device *device = model_named(name);
  snprintf(reply, size, "\"ok\"");
  int *each = find_switch(name);
  if (strcmp(verb, "set") == 0 && each != NULL) {
    *(volatile int *)each = value;
  } else if (strcmp(verb, "look") == 0) {
    look(reply, size);
  } else if (strcmp(verb, "unplug") == 0 && device != NULL) {
    const uint64_t id = device->id;
    if (device->is_plugged) model_unplug(device), api_tell(id, EVENT_REMOVE);
  } else if (strcmp(verb, "plug") == 0 && device != NULL) {
    if (!device->is_plugged) model_plug(device), api_tell(device->id, EVENT_ATTACH);
  } else if (strcmp(verb, "answer") == 0 && device != NULL) {
    bus_answer(device);
  } else {
    snprintf(reply, size, "\"there is no %s %s\"", verb, name);
  }
}

static void *serve(void *unused) {
  (void)unused;
  for (int client; (client = accept(listener, NULL, NULL)) >= 0; close(client)) {
    char line[200] = "", verb[40] = "", name[60] = "-", reply[400];
    int value = 0;
    if (read(client, line, sizeof(line) - 1) <= 0 || sscanf(line, "%39s %59s %d", verb, name, &value) < 1)
      continue;
    pthread_mutex_lock(&bus_lock);
    act(verb, name, value, reply, sizeof(reply));
    pthread_mutex_unlock(&bus_lock);
    if (write(client, reply, strlen(reply)) < 0) perror("test library");
  }
  return NULL;
}

void control_start(void) {
  const char *path = getenv("TSUSB_TEST_OPENUSB_SOCKET");
  if (path == NULL) return;
  address = (struct sockaddr_un){.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
  unlink(path);
  listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 8) != 0) {
    REFUSE("cannot listen at %s", path);
  }
  pthread_create(&thread, NULL, serve, NULL);
}

void control_stop(void) {
  if (listener < 0) return;
  shutdown(listener, SHUT_RDWR);
  pthread_join(thread, NULL);
  close(listener);
  listener = -1;
  unlink(address.sun_path);
}
