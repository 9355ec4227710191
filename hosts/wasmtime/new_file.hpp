// A file that appears in its folder whole or not at all, even if the process is killed while writing it.
#pragma once
#include <filesystem>
#include <string>

#include "file_descriptor.hpp"

namespace skipcall::host {

class NewFile {
 public:
  // unnamed: if the file system can, the file has no name until publish(), so that a killed process leaves
  // nothing behind. Otherwise it has a hidden name in its folder, and the next NewFile there removes what was
  // left.
  enum class Kind : uint8_t { unnamed, hidden };

  // Mode 0600. name: without slashes. Test descriptor() for success; errno says why not.
  NewFile(FileDescriptor directory, std::string name, Kind kind = Kind::unnamed);
  explicit NewFile(const std::filesystem::path &path, Kind kind = Kind::unnamed);
  ~NewFile();
  NewFile(const NewFile &) = delete;
  NewFile &operator=(const NewFile &) = delete;

  const FileDescriptor &descriptor() const { return file_; }

  // Gives the file its name. False: errno says why, EEXIST if there is a file of that name.
  bool publish();

  // The file itself, after publish().
  FileDescriptor take() { return std::move(file_); }

 private:
  void remove_leftovers() const;

  FileDescriptor directory_;
  std::string name_;
  std::string hidden_name_;  // empty: it has none
  FileDescriptor file_;
};

}  // namespace skipcall::host
