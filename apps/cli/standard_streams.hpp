// Descriptors 0 to 2 of a program that may have been started without them.
#pragma once

namespace skipcall::cli {

// Occupies those of the descriptors 0 to 2 that are closed, so that no file or connection gets their numbers.
// Reading standard input then fails, writing standard output fails, and standard error is discarded.
void take_standard_descriptors();

}  // namespace skipcall::cli
