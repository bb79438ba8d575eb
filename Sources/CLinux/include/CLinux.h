#pragma once
#include "base.h"
#include "files.h"
#include "mounts.h"
#include "processes.h"
#include "service.h"
