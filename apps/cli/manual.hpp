#pragma once

#include <string>

namespace CLI {
class App;
}

namespace skipcall::cli {

// The manual page skipcall(1) in man(7) markup, made from the commands and options of `app`.
std::string manual_page(const CLI::App &app, const std::string &version);

}  // namespace skipcall::cli
