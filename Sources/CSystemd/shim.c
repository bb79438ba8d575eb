#include "CSystemd.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-journal.h>
#include <time.h>
#include <unistd.h>

#define SERVICE "org.freedesktop.systemd1"
#define PATH "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"

struct cs_job {
  struct cs_job *next;
  char *path;
  char *result;
};

struct cs_bus {
  sd_bus *bus;
  struct cs_job *ended;
};

void cs_error_free(struct cs_error *error) {
  free(error->name);
  free(error->message);
  error->name = error->message = NULL;
}

static int told(int status, sd_bus_error *from, struct cs_error *to) {
  if (status < 0 && to) {
    to->name = from->name ? strdup(from->name) : NULL;
    to->message = from->message ? strdup(from->message) : NULL;
  }
  sd_bus_error_free(from);
  return status;
}

static int job_removed(sd_bus_message *message, void *data, sd_bus_error *error) {
  (void)error;
  struct cs_bus *bus = data;
  uint32_t id;
  const char *path, *unit, *result;
  int status = sd_bus_message_read(message, "uoss", &id, &path, &unit, &result);
  if (status < 0) return 0;
  struct cs_job *job = calloc(1, sizeof *job);
  if (!job) return 0;
  job->path = strdup(path);
  job->result = strdup(result);
  job->next = bus->ended;
  bus->ended = job;
  return 0;
}

int cs_bus_open(struct cs_bus **out, uint64_t timeout) {
  struct cs_bus *bus = calloc(1, sizeof *bus);
  if (!bus) return -ENOMEM;
  int status = -EACCES, direct = 0;
  if (geteuid() == 0) {
    /* As root, without the broker between: works before it runs, and while it is restarted. */
    status = sd_bus_new(&bus->bus);
    if (status >= 0) status = sd_bus_set_address(bus->bus, "unix:path=/run/systemd/private");
    if (status >= 0) status = sd_bus_start(bus->bus);
    if (status < 0) bus->bus = sd_bus_unref(bus->bus);
    else direct = 1;
  }
  if (!bus->bus) status = sd_bus_open_system(&bus->bus);
  if (status >= 0) status = sd_bus_set_method_call_timeout(bus->bus, timeout);
  if (status >= 0)
    status = sd_bus_match_signal(
        bus->bus, NULL, direct ? NULL : SERVICE, PATH, MANAGER, "JobRemoved", job_removed, bus);
  if (status >= 0 && !direct)
    status = sd_bus_call_method(bus->bus, SERVICE, PATH, MANAGER, "Subscribe", NULL, NULL, NULL);
  if (status < 0) {
    cs_bus_close(bus);
    return status;
  }
  *out = bus;
  return 0;
}

int cs_bus_open_user(struct cs_bus **out, uint64_t timeout) {
  const char *runtime = getenv("XDG_RUNTIME_DIR");
  if (!runtime || runtime[0] != '/') return -ENOENT;
  /* Straight to the manager: the session's bus may be another one's, or start the manager's services later. */
  char place[108], address[256];
  int length = snprintf(place, sizeof place, "%s/systemd/private", runtime);
  if (length < 0 || (size_t)length >= sizeof place) return -ENOENT;
  if (access(place, W_OK) < 0) return -ENOENT;
  for (const char *byte = place; *byte; byte++)
    if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/.", *byte)) return -ENOENT;
  snprintf(address, sizeof address, "unix:path=%s", place);
  struct cs_bus *bus = calloc(1, sizeof *bus);
  if (!bus) return -ENOMEM;
  int status = sd_bus_new(&bus->bus);
  if (status >= 0) status = sd_bus_set_address(bus->bus, address);
  if (status >= 0) status = sd_bus_start(bus->bus);
  if (status >= 0) status = sd_bus_set_method_call_timeout(bus->bus, timeout);
  if (status >= 0) status = sd_bus_match_signal(bus->bus, NULL, NULL, PATH, MANAGER, "JobRemoved", job_removed, bus);
  if (status < 0) {
    cs_bus_close(bus);
    return status;
  }
  *out = bus;
  return 0;
}

void cs_bus_close(struct cs_bus *bus) {
  if (!bus) return;
  sd_bus_flush_close_unref(bus->bus);
  while (bus->ended) {
    struct cs_job *job = bus->ended;
    bus->ended = job->next;
    free(job->path);
    free(job->result);
    free(job);
  }
  free(bus);
}

int cs_unit_job(struct cs_bus *bus, const char *method, const char *unit, char **job, struct cs_error *error) {
  sd_bus_error problem = SD_BUS_ERROR_NULL;
  sd_bus_message *reply = NULL;
  int status =
      sd_bus_call_method(bus->bus, SERVICE, PATH, MANAGER, method, &problem, &reply, "ss", unit, "replace");
  if (status >= 0) {
    const char *path;
    status = sd_bus_message_read(reply, "o", &path);
    if (status >= 0) {
      *job = strdup(path);
      status = *job ? 0 : -ENOMEM;
    }
  }
  sd_bus_message_unref(reply);
  return told(status, &problem, error);
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u;
}

int cs_next_job(struct cs_bus *bus, uint64_t timeout, char **path, char **result) {
  uint64_t end = now() + timeout;
  for (;;) {
    if (bus->ended) {
      struct cs_job *job = bus->ended;
      bus->ended = job->next;
      *path = job->path;
      *result = job->result;
      free(job);
      return 1;
    }
    int status = sd_bus_process(bus->bus, NULL);
    if (status < 0) return status;
    if (status > 0) continue;
    uint64_t at = now();
    if (at >= end) return 0;
    status = sd_bus_wait(bus->bus, end - at);
    if (status < 0 && status != -EINTR) return status;
  }
}

int cs_reload(struct cs_bus *bus, struct cs_error *error) {
  sd_bus_error problem = SD_BUS_ERROR_NULL;
  return told(
      sd_bus_call_method(bus->bus, SERVICE, PATH, MANAGER, "Reload", &problem, NULL, NULL), &problem, error);
}

int cs_reset_failed(struct cs_bus *bus, const char *unit, struct cs_error *error) {
  sd_bus_error problem = SD_BUS_ERROR_NULL;
  return told(
      sd_bus_call_method(bus->bus, SERVICE, PATH, MANAGER, "ResetFailedUnit", &problem, NULL, "s", unit), &problem,
      error);
}

int cs_kill_unit(struct cs_bus *bus, const char *unit, int signal, struct cs_error *error) {
  sd_bus_error problem = SD_BUS_ERROR_NULL;
  return told(
      sd_bus_call_method(
          bus->bus, SERVICE, PATH, MANAGER, "KillUnit", &problem, NULL, "ssi", unit, "all", (int32_t)signal),
      &problem, error);
}

int cs_unit_path(struct cs_bus *bus, const char *unit, int load, char **path, struct cs_error *error) {
  sd_bus_error problem = SD_BUS_ERROR_NULL;
  sd_bus_message *reply = NULL;
  int status = sd_bus_call_method(
      bus->bus, SERVICE, PATH, MANAGER, load ? "LoadUnit" : "GetUnit", &problem, &reply, "s", unit);
  if (status >= 0) {
    const char *text;
    status = sd_bus_message_read(reply, "o", &text);
    if (status >= 0) {
      *path = strdup(text);
      status = *path ? 0 : -ENOMEM;
    }
  }
  sd_bus_message_unref(reply);
  return told(status, &problem, error);
}

static int interface_name(char *buffer, size_t size, const char *interface) {
  int length = snprintf(buffer, size, "org.freedesktop.systemd1.%s", interface);
  return length > 0 && (size_t)length < size ? 0 : -EINVAL;
}

int cs_property_string(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, char **value,
    struct cs_error *error) {
  char full[96];
  if (interface_name(full, sizeof full, interface) < 0) return -EINVAL;
  sd_bus_error problem = SD_BUS_ERROR_NULL;
  return told(sd_bus_get_property_string(bus->bus, SERVICE, path, full, name, &problem, value), &problem, error);
}

static int trivial(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, char type, void *value,
    struct cs_error *error) {
  char full[96];
  if (interface_name(full, sizeof full, interface) < 0) return -EINVAL;
  sd_bus_error problem = SD_BUS_ERROR_NULL;
  return told(
      sd_bus_get_property_trivial(bus->bus, SERVICE, path, full, name, &problem, type, value), &problem, error);
}

int cs_property_bool(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, int *value,
    struct cs_error *error) {
  return trivial(bus, path, interface, name, 'b', value, error);
}

int cs_property_unsigned(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, uint32_t *value,
    struct cs_error *error) {
  return trivial(bus, path, interface, name, 'u', value, error);
}

int cs_property_signed(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, int32_t *value,
    struct cs_error *error) {
  return trivial(bus, path, interface, name, 'i', value, error);
}

struct cs_journal {
  sd_journal *journal;
};

void cs_entry_free(struct cs_entry *entry) {
  free(entry->identifier);
  free(entry->message);
  memset(entry, 0, sizeof *entry);
}

int cs_journal_open(struct cs_journal **out, const char *const *units, int count) {
  struct cs_journal *journal = calloc(1, sizeof *journal);
  if (!journal) return -ENOMEM;
  int status = sd_journal_open(&journal->journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
  /* What the service wrote, and what systemd says of it. Without a unit there would be no match: the whole journal. */
  if (status >= 0 && count <= 0) status = -EINVAL;
  for (int i = 0; status >= 0 && i < count; i++) {
    char match[320];
    int length = snprintf(match, sizeof match, "_SYSTEMD_UNIT=%s", units[i]);
    if (length < 0 || (size_t)length >= sizeof match) status = -EINVAL;
    if (status >= 0) status = sd_journal_add_match(journal->journal, match, 0);
  }
  if (status >= 0) status = sd_journal_seek_tail(journal->journal);
  if (status < 0) {
    cs_journal_close(journal);
    return status;
  }
  *out = journal;
  return 0;
}

void cs_journal_close(struct cs_journal *journal) {
  if (!journal) return;
  sd_journal_close(journal->journal);
  free(journal);
}

/* The value of a field as a text of its own; NULL without the field. */
static char *field(sd_journal *journal, const char *name, uintptr_t *length) {
  const void *data;
  size_t size, skip = strlen(name) + 1;
  if (sd_journal_get_data(journal, name, &data, &size) < 0 || size < skip) return NULL;
  char *text = malloc(size - skip + 1);
  if (!text) return NULL;
  memcpy(text, (const char *)data + skip, size - skip);
  text[size - skip] = 0;
  if (length) *length = size - skip;
  return text;
}

static int read_entry(struct cs_journal *journal, struct cs_entry *entry) {
  int status = sd_journal_get_realtime_usec(journal->journal, &entry->microseconds);
  if (status < 0) return status;
  entry->identifier = field(journal->journal, "SYSLOG_IDENTIFIER", NULL);
  entry->message = field(journal->journal, "MESSAGE", &entry->message_length);
  char *pid = field(journal->journal, "_PID", NULL);
  if (pid) entry->pid = (int32_t)strtol(pid, NULL, 10);
  free(pid);
  return 1;
}

int cs_journal_previous(struct cs_journal *journal, struct cs_entry *entry) {
  memset(entry, 0, sizeof *entry);
  int status = sd_journal_previous(journal->journal);
  return status <= 0 ? status : read_entry(journal, entry);
}

int cs_journal_next(struct cs_journal *journal, struct cs_entry *entry) {
  memset(entry, 0, sizeof *entry);
  int status = sd_journal_next(journal->journal);
  return status <= 0 ? status : read_entry(journal, entry);
}

int cs_journal_seek_last(struct cs_journal *journal, int64_t count) {
  if (count < 0) return sd_journal_seek_head(journal->journal);
  int status = sd_journal_seek_tail(journal->journal);
  if (status < 0) return status;
  /* One more than wanted: the next entry is the one after where this stands. With fewer entries, all come. */
  status = sd_journal_previous_skip(journal->journal, (uint64_t)count + 1);
  if (status < 0) return status;
  return (int64_t)status <= count ? sd_journal_seek_head(journal->journal) : 0;
}

int cs_journal_wait(struct cs_journal *journal, uint64_t timeout) {
  int status = sd_journal_wait(journal->journal, timeout);
  return status < 0 ? status : 0;
}
