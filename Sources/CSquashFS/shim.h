#pragma once
#include <sqfs/super.h>
