#pragma once
// Nothing to call: the module is linked in place of the C library (see README.md).
