#pragma once
#include "base.h"
#include "devices.h"
#include "files.h"
#include "launch.h"
#include "mounts.h"
#include "processes.h"
#include "service.h"
