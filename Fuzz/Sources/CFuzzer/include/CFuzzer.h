#pragma once
#include <stddef.h>
#include <stdint.h>

// libFuzzer's driver: runs the callback on one input after the other, and ends the program at the first crash.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

// A new file that is nowhere, or -1.
int cf_memory_file(void);
