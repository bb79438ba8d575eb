// libseccomp, and the few things of C that Swift cannot name: macros with arguments, and the values of the
// constants that a filter line may use (taken from the headers, so that they are right on every architecture).
#pragma once
#include <seccomp.h>
#include <stdint.h>

static inline uint32_t cs_action_errno(uint16_t code) { return SCMP_ACT_ERRNO(code); }
static inline uint32_t cs_action_log(void) { return SCMP_ACT_LOG; }
static inline uint32_t cs_action_allow(void) { return SCMP_ACT_ALLOW; }
static inline int cs_syscall_error(void) { return __NR_SCMP_ERROR; }
static inline uint32_t cs_arch_x86(void) { return SCMP_ARCH_X86; }
static inline uint32_t cs_arch_arm(void) { return SCMP_ARCH_ARM; }

// An anonymous file: libseccomp exports a program to a descriptor only.
int cs_anonymous_file(void);
// Numeric id of a user or group, which fits 32 bits; -1 when there is none of that name.
int64_t cs_user_id(const char *name);
int64_t cs_group_id(const char *name);
// Walks the table of constants: returns 0 past its end. `name` points to static storage.
int cs_constant_at(unsigned index, const char **name, uint64_t *value);
