// `skipcall doctor`: whether all is there that a removal needs, and what to do where it
// is not.
#pragma once

#include <string>

namespace skipcall::cli {

struct DoctorOptions {
  bool request = false;  // send the harmless request by which the manifest tests a key
  std::string module;
};

// Prints a line for each thing that was looked at: module, key, server, certificates, proxy, clock, folders;
// sends nothing unless told to. Result: 0: nothing is wrong; 1: something is.
int run_doctor(const DoctorOptions &options);

}  // namespace skipcall::cli
