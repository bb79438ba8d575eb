#define _GNU_SOURCE 1
#include "CLinux.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static int call(int command, union bpf_attr *attributes) {
  return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

int cl_bpf_map_create(uint32_t key_size, uint32_t value_size, uint32_t entries) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_type = BPF_MAP_TYPE_HASH;
  attributes.key_size = key_size;
  attributes.value_size = value_size;
  attributes.max_entries = entries;
  return call(BPF_MAP_CREATE, &attributes);
}

int cl_bpf_map_update(int map, const void *key, const void *value) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_fd = (uint32_t)map;
  attributes.key = (uint64_t)(uintptr_t)key;
  attributes.value = (uint64_t)(uintptr_t)value;
  attributes.flags = BPF_ANY;
  return call(BPF_MAP_UPDATE_ELEM, &attributes);
}

int cl_bpf_map_delete(int map, const void *key) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_fd = (uint32_t)map;
  attributes.key = (uint64_t)(uintptr_t)key;
  return call(BPF_MAP_DELETE_ELEM, &attributes);
}

int cl_bpf_map_next(int map, const void *key, void *next) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_fd = (uint32_t)map;
  attributes.key = (uint64_t)(uintptr_t)key;
  attributes.next_key = (uint64_t)(uintptr_t)next;
  return call(BPF_MAP_GET_NEXT_KEY, &attributes);
}

int cl_bpf_load_device_program(const void *code, uint32_t count) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = (uint64_t)(uintptr_t)code;
  attributes.insn_cnt = count;
  // Helpers for maps are free for all; the kernel asks nevertheless.
  attributes.license = (uint64_t)(uintptr_t) "GPL";
  return call(BPF_PROG_LOAD, &attributes);
}

int cl_bpf_attach_device(int group, int program) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = (uint32_t)group;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  return call(BPF_PROG_ATTACH, &attributes);
}

int cl_bpf_detach_device(int group, int program) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = (uint32_t)group;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = BPF_CGROUP_DEVICE;
  return call(BPF_PROG_DETACH, &attributes);
}

int cl_bpf_device_programs(int group, uint32_t *ids, uint32_t count) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.query.target_fd = (uint32_t)group;
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  attributes.query.prog_ids = (uint64_t)(uintptr_t)ids;
  attributes.query.prog_cnt = count;
  if (call(BPF_PROG_QUERY, &attributes) < 0) return -1;
  return (int)attributes.query.prog_cnt;
}

int cl_bpf_pin(int object, const char *path) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.pathname = (uint64_t)(uintptr_t)path;
  attributes.bpf_fd = (uint32_t)object;
  return call(BPF_OBJ_PIN, &attributes);
}

int cl_bpf_open_pinned(const char *path) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.pathname = (uint64_t)(uintptr_t)path;
  return call(BPF_OBJ_GET, &attributes);
}

int cl_mount_bpf(const char *path) {
  return mount("bpf", path, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700");
}
