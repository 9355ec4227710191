// The manifest, and other JSON of the checkout, for the tests of this folder.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"

namespace skipcall {

using Json = nlohmann::ordered_json;

inline Json read_json_file(const std::string &path) {
  std::ifstream file(std::string(SKIPCALL_SOURCE_DIR "/") + path);
  REQUIRE(file.is_open());
  return Json::parse(file);
}

inline const Json &manifest() {
  static const Json json = read_json_file("plugin-manifest/remove_contacts.manifest.json");
  return json;
}

}  // namespace skipcall
