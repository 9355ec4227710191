// The main function of version 2; version 3 brings it in a library.
#define CATCH_CONFIG_MAIN
#include "catch.hpp"
