// A source that the precompiled header is made for: catch_main.cpp cannot take it.
#include "catch.hpp"
