// `skipcall doctor`: whether everything that a removal needs is there, and what to do if not.
#pragma once

#include <string>

namespace skipcall::cli {

struct DoctorOptions {
  bool request = false;  // send the harmless request by which the manifest tests a key
  std::string module;
};

// Prints a line for each thing that was checked: module, key, server, certificates, proxy, clock, folders;
// sends nothing unless asked to. Result: 0: nothing is wrong; 1: something is.
int run_doctor(const DoctorOptions &options);

}  // namespace skipcall::cli
