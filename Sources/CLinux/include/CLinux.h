#pragma once
#include "base.h"
#include "service.h"
