#pragma once
// Control groups that rule devices: bpf(2) for version 2. All return a descriptor or 0, or -1 with errno.
#include "base.h"

/// A hash map (BPF_MAP_TYPE_HASH).
int cl_bpf_map_create(uint32_t key_size, uint32_t value_size, uint32_t entries);
int cl_bpf_map_update(int map, const void *key, const void *value);
int cl_bpf_map_delete(int map, const void *key);
/// The key after `key`, or the first for NULL; ENOENT at the end.
int cl_bpf_map_next(int map, const void *key, void *next);
/// A program that answers for a control group's devices (BPF_PROG_TYPE_CGROUP_DEVICE); `code` is `count`
/// instructions of 8 bytes.
int cl_bpf_load_device_program(const void *code, uint32_t count);
/// Attaches beside the programs that are there: all of them have to agree.
int cl_bpf_attach_device(int group, int program);
int cl_bpf_detach_device(int group, int program);
/// Descriptors of the programs attached to a group (BPF_PROG_QUERY): fills at most `count` ids, returns how many.
int cl_bpf_device_programs(int group, uint32_t *ids, uint32_t count);
/// Keeps a map or a program in a bpf file system under a path.
int cl_bpf_pin(int object, const char *path);
int cl_bpf_open_pinned(const char *path);
/// mount(2) of a bpf file system, for tests and first use.
int cl_mount_bpf(const char *path);
