// Key, server and folders, from the environment. There is no argument for the key, since every user of the
// machine can see arguments.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "secret_string.hpp"

namespace skipcall::cli {

enum class KeyKind { live, test, other };

// sk_live_…, sk_test_… or neither (API document, security scheme).
KeyKind key_kind(std::string_view key);

// "live key", "test key", "key of an unknown kind".
std::string key_kind_text(KeyKind kind);

// The key from SKIPCALL_API_KEY, or from the file that SKIPCALL_API_KEY_FILE names, without white space
// around it. Empty if neither is set. Removes both variables from the environment. Throws BadInput: both are
// set; see read_key_file. No message repeats the key.
host::SecretString read_api_key();

// The key from a variable, which is removed from the environment. Throws BadInput: it is not set, or blank.
host::SecretString read_key_variable(const std::string &name);

// The key from a file. what: how messages name it. Throws BadInput: the file is unreadable, empty, too large
// or accessible to other users.
host::SecretString read_key_file(const std::string &what, const std::string &path);

// The base URL from SKIPCALL_BASE_URL, else Skipcall's production server. host::Connection checks it.
std::string read_base_url();

// $XDG_STATE_HOME/skipcall, else ~/.local/state/skipcall; empty if neither is known. Paths that are not
// absolute are ignored.
std::filesystem::path state_directory();

// Creates the state folder if it is missing. Result: why it cannot be written to; empty: it can.
std::string state_directory_problem();

}  // namespace skipcall::cli
