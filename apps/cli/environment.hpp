// environment.hpp: key, server and folders, from the environment. There is no argument for the key, since
// arguments are seen by every user of the machine.
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

// The name of an environment variable of a connection: ("skipcall", "API_KEY") is SKIPCALL_API_KEY.
// Characters that such a name cannot have become "_".
std::string variable_name(std::string_view connection, std::string_view suffix);

// The key from NAME_API_KEY, or from the file that NAME_API_KEY_FILE names, without white space around it.
// Empty when neither is set. Throws BadInput: both are set; the file is unreadable, empty or open to other
// users. No text repeats the key.
host::SecretString read_api_key(std::string_view connection);

// The base URL from NAME_BASE_URL; `otherwise` when that is not set. It is judged by host::Connection.
std::string read_base_url(std::string_view connection, const std::string &otherwise);

// $XDG_STATE_HOME/skipcall, else ~/.local/state/skipcall; empty when neither is known.
std::filesystem::path state_directory();

}  // namespace skipcall::cli
