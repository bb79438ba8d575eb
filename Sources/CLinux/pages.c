#define _GNU_SOURCE 1
#include "CLinux.h"
#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

/// Whether the dynamic loader writes to code (`DT_TEXTREL`, elf(5)): pages of such an object are not the file's.
static bool is_patched(const struct dl_phdr_info *info) {
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; entry++) {
      if (entry->d_tag == DT_TEXTREL) return true;
      if (entry->d_tag == DT_FLAGS && entry->d_un.d_val & DF_TEXTREL) return true;
    }
  }
  return false;
}

static int forget(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  // The kernel's own object is no file.
  uintptr_t kernel = getauxval(AT_SYSINFO_EHDR);
  if ((kernel && info->dlpi_addr == kernel) || is_patched(info)) return 0;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
    // Whole pages of the segment only: what shares a page with another is left alone.
    uintptr_t start = (info->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
    uintptr_t end = (info->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
    if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void cl_forget_constants(void) { dl_iterate_phdr(forget, NULL); }

void cl_trim_heap(void) { malloc_trim(0); }
