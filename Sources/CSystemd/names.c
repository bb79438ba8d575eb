#include "CSystemd.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define BUS "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

struct cs_name {
  struct cs_name *next;
  char *name;
  char *owner;
  sd_bus_slot *match, *call;
};

struct cs_names {
  sd_bus *bus;
  struct cs_name *first;
};

static void is_owned_by(struct cs_name *name, const char *owner) {
  char *copy = strdup(owner);
  if (!copy) return;
  free(name->owner);
  name->owner = copy;
}

static int owner_changed(sd_bus_message *message, void *data, sd_bus_error *error) {
  (void)error;
  const char *name, *from, *to;
  if (sd_bus_message_read(message, "sss", &name, &from, &to) >= 0) is_owned_by(data, to);
  return 0;
}

static int owner_told(sd_bus_message *message, void *data, sd_bus_error *error) {
  (void)error;
  const char *owner;
  if (sd_bus_message_is_method_error(message, NULL)) is_owned_by(data, "");
  else if (sd_bus_message_read(message, "s", &owner) >= 0) is_owned_by(data, owner);
  return 0;
}

int cs_names_open(struct cs_names **out, const char *address) {
  struct cs_names *names = calloc(1, sizeof *names);
  if (!names) return -ENOMEM;
  int status = sd_bus_new(&names->bus);
  if (status >= 0) status = sd_bus_set_address(names->bus, address);
  if (status >= 0) status = sd_bus_set_bus_client(names->bus, 1);
  if (status >= 0) status = sd_bus_start(names->bus);
  if (status < 0) {
    cs_names_close(names);
    return status;
  }
  *out = names;
  return 0;
}

void cs_names_close(struct cs_names *names) {
  if (!names) return;
  while (names->first) {
    struct cs_name *name = names->first;
    names->first = name->next;
    sd_bus_slot_unref(name->match);
    sd_bus_slot_unref(name->call);
    free(name->name);
    free(name->owner);
    free(name);
  }
  /* Without a flush, which could wait. */
  if (names->bus) sd_bus_close(names->bus);
  sd_bus_unref(names->bus);
  free(names);
}

int cs_names_descriptor(struct cs_names *names) { return sd_bus_get_fd(names->bus); }
int cs_names_events(struct cs_names *names) { return sd_bus_get_events(names->bus); }

static struct cs_name *find(struct cs_names *names, const char *text) {
  struct cs_name *name = names->first;
  while (name && strcmp(name->name, text) != 0) name = name->next;
  return name;
}

int cs_names_add(struct cs_names *names, const char *text) {
  if (find(names, text)) return 0;
  if (strchr(text, '\'') || strlen(text) > 255) return -EINVAL;
  char rule[512];
  (void)snprintf(
      rule, sizeof rule,
      "type='signal',sender='" BUS "',path='" BUS_PATH "',interface='" BUS "',member='NameOwnerChanged',arg0='%s'",
      text);
  struct cs_name *name = calloc(1, sizeof *name);
  if (!name) return -ENOMEM;
  name->name = strdup(text);
  int status = name->name ? 0 : -ENOMEM;
  if (status >= 0) status = sd_bus_add_match_async(names->bus, &name->match, rule, owner_changed, NULL, name);
  if (status >= 0)
    status = sd_bus_call_method_async(
        names->bus, &name->call, BUS, BUS_PATH, BUS, "GetNameOwner", owner_told, name, "s", text);
  name->next = names->first;
  names->first = name;
  return status;
}

int cs_names_process(struct cs_names *names) {
  for (int i = 0; i < 1000; i++) {
    int status = sd_bus_process(names->bus, NULL);
    if (status <= 0) return status;
  }
  return 0;
}

const char *cs_names_owner(struct cs_names *names, const char *text) {
  struct cs_name *name = find(names, text);
  return name ? name->owner : NULL;
}
