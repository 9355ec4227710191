// The source that the precompiled header is made for: catch_main.cpp cannot use it.
#include "catch.hpp"
