#define _GNU_SOURCE 1
#include "bare.h"
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

// Blocks of powers of two. A freed one is kept for the next of its size; the rest of the memory is handed out from
// front to back. A launch takes some dozens of kilobytes, so the first piece usually is all.

struct header {
  /// What was taken: differs from the header's own place when an alignment was asked for.
  void *block;
  size_t class;
};

/// What a free block begins with: the next one of its size. Whatever else was there is over.
typedef void *__attribute__((may_alias)) link;

enum { SMALLEST = 6, CLASSES = 40, FIRST = 128 << 10, PIECE = 1 << 20 };

static _Alignas(16) char first[FIRST];
static char *next = first;
static size_t room = FIRST;
static void *kept[CLASSES];

static void *take(size_t class) {
  if (kept[class]) {
    void *block = kept[class];
    kept[class] = *(link *)block;
    return block;
  }
  size_t size = (size_t)1 << class;
  if (size > room) {
    size_t piece = size > PIECE ? size : PIECE;
    long memory = bare_call(SYS_mmap, 0, (long)piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory < 0 && memory > -4096) return NULL;
    next = (char *)memory;
    room = piece;
  }
  void *block = next;
  next += size;
  room -= size;
  return block;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment < 16) alignment = 16;
  size_t needed = size + sizeof(struct header) + (alignment > 16 ? alignment : 0);
  if (needed < size || needed > (size_t)1 << 38) return ENOMEM;
  size_t class = (size_t)(64 - __builtin_clzl(needed - 1));
  if (class < SMALLEST) class = SMALLEST;
  char *block = take(class);
  if (!block) return ENOMEM;
  uintptr_t place = ((uintptr_t)block + sizeof(struct header) + alignment - 1) & ~(uintptr_t)(alignment - 1);
  struct header *header = (struct header *)place - 1;
  header->block = block;
  header->class = class;
  *result = (void *)place;
  return 0;
}

void *malloc(size_t size) {
  void *result = NULL;
  return posix_memalign(&result, 16, size) == 0 ? result : NULL;
}

void free(void *pointer) {
  if (!pointer) return;
  struct header header = *((struct header *)pointer - 1);
  *(link *)header.block = kept[header.class];
  kept[header.class] = header.block;
}

// The compiler makes calls to these of its own. It must not make them of the loops in here (-fno-builtin).

// What is copied is a name or a few words most of the time, and the string instruction takes longer to begin.
typedef uint64_t __attribute__((may_alias, aligned(1))) word;

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
  char *t = to;
  const char *f = from;
  if (size >= 8 && size <= 32) {
    word first = *(const word *)f, last = *(const word *)(f + size - 8);
    if (size > 16) {
      word second = *(const word *)(f + 8), third = *(const word *)(f + size - 16);
      *(word *)(t + 8) = second;
      *(word *)(t + size - 16) = third;
    }
    *(word *)t = first;
    *(word *)(t + size - 8) = last;
    return to;
  }
  if (size < 8) {
    while (size--) *t++ = *f++;
    return to;
  }
#if defined(__x86_64__)
  __asm__ volatile("rep movsb" : "+D"(t), "+S"(f), "+c"(size) : : "memory");
#else
  while (size--) *t++ = *f++;
#endif
  return to;
}

void *memmove(void *to, const void *from, size_t size) {
  if ((uintptr_t)to - (uintptr_t)from >= size) return memcpy(to, from, size);
  char *t = to;
  const char *f = from;
  while (size--) t[size] = f[size];
  return to;
}

void *memset(void *to, int value, size_t size) {
  char *t = to;
#if defined(__x86_64__)
  __asm__ volatile("rep stosb" : "+D"(t), "+c"(size) : "a"(value) : "memory");
#else
  while (size--) *t++ = (char)value;
#endif
  return to;
}

int memcmp(const void *one, const void *other, size_t size) {
  const unsigned char *a = one, *b = other;
  for (; size; size--, a++, b++) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}

int bcmp(const void *one, const void *other, size_t size) { return memcmp(one, other, size); }

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

char *strncpy(char *restrict to, const char *restrict from, size_t size) {
  size_t index = 0;
  for (; index < size && from[index]; index++) to[index] = from[index];
  for (; index < size; index++) to[index] = 0;
  return to;
}
