#pragma once
#include <stdint.h>
// For services on a session's bus (module UserSession), which needs no function with variable arguments.
#include <systemd/sd-bus.h>

// systemd over its bus (sd-bus(3)) and its journal (sd-journal(3)). Here because sd-bus takes variable arguments,
// which Swift cannot pass. Functions return 0 or more, or a negative errno; texts that are returned are the
// caller's to free.

struct cs_bus;

/// What systemd answered when it refused: both NULL when nothing was said.
struct cs_error {
  char *name;
  char *message;
};
void cs_error_free(struct cs_error *error);

/// Connects to systemd itself (as root), or through the system's bus, and begins to collect ends of jobs.
int cs_bus_open(struct cs_bus **bus, uint64_t timeout_microseconds);
/// The same with the service manager of the calling user's session; -ENOENT when there is none.
int cs_bus_open_user(struct cs_bus **bus, uint64_t timeout_microseconds);
void cs_bus_close(struct cs_bus *bus);

/// A method of the manager that takes a unit and a mode and starts a job. The job's path is returned.
int cs_unit_job(struct cs_bus *bus, const char *method, const char *unit, char **job, struct cs_error *error);
/// Waits for the end of some job. Returns 1 and the job's path and result, or 0 when the time is over.
int cs_next_job(struct cs_bus *bus, uint64_t timeout_microseconds, char **job, char **result);

int cs_reload(struct cs_bus *bus, struct cs_error *error);
int cs_reset_failed(struct cs_bus *bus, const char *unit, struct cs_error *error);
int cs_kill_unit(struct cs_bus *bus, const char *unit, int signal, struct cs_error *error);
/// The object of a unit: `load` says whether one that is not in memory is to be loaded.
int cs_unit_path(struct cs_bus *bus, const char *unit, int load, char **path, struct cs_error *error);
/// `interface` is "Unit" or "Service".
int cs_property_string(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, char **value,
    struct cs_error *error);
int cs_property_bool(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, int *value,
    struct cs_error *error);
int cs_property_unsigned(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, uint32_t *value,
    struct cs_error *error);
int cs_property_signed(
    struct cs_bus *bus, const char *path, const char *interface, const char *name, int32_t *value,
    struct cs_error *error);

struct cs_journal;

struct cs_entry {
  uint64_t microseconds;
  int32_t pid;
  char *identifier;
  char *message;
  uintptr_t message_length;
};
void cs_entry_free(struct cs_entry *entry);

/// Opens the journal for messages of services: entries of any of `units`.
int cs_journal_open(struct cs_journal **journal, const char *const *units, int count);
void cs_journal_close(struct cs_journal *journal);
/// The entry before, from the newest on. Returns 1 and the entry, or 0 at the beginning.
int cs_journal_previous(struct cs_journal *journal, struct cs_entry *entry);
/// Goes back so that `count` entries, or all with a negative one, come next; the end of the journal with 0.
int cs_journal_seek_last(struct cs_journal *journal, int64_t count);
/// The next entry. Returns 1 and the entry, or 0 when there is none yet.
int cs_journal_next(struct cs_journal *journal, struct cs_entry *entry);
/// Waits until something is written to the journal, or the time is over.
int cs_journal_wait(struct cs_journal *journal, uint64_t timeout_microseconds);

struct cs_names;

/// Begins to connect to a bus by its address, to learn who owns which name. Used by one thread, and never blocks.
int cs_names_open(struct cs_names **names, const char *address);
void cs_names_close(struct cs_names *names);
/// What to poll(2) for, and how.
int cs_names_descriptor(struct cs_names *names);
int cs_names_events(struct cs_names *names);
/// Begins to watch a name; one that is watched already is fine.
int cs_names_add(struct cs_names *names, const char *name);
/// Takes in what has happened. Negative when the bus is gone.
int cs_names_process(struct cs_names *names);
/// The connection that owns a name: empty when none does, NULL while it is not known.
const char *cs_names_owner(struct cs_names *names, const char *name);

/// Asks NetworkManager, if it runs, whether the connection is metered: its property `Metered`. Negative when nobody
/// answers in time.
int cs_network_metered(const char *address, uint64_t timeout_microseconds, uint32_t *value);
