#pragma once
#include "base.h"

/// Unmaps the pages of code and constants that are mapped now, of the program and of its libraries: what is needed again
/// is mapped again when it is touched. Only segments that are never written, not even by the dynamic loader.
void cl_forget_constants(void);

/// malloc_trim(3), of all arenas, which Swift's Glibc module lacks.
void cl_trim_heap(void);
