// The account that every result must give, whatever happened: what must hold between its numbers and lists.
#pragma once

#include <string>
#include <string_view>

namespace skipcall {

// What is wrong with the account of `result`; "" if nothing is. `short_form`: the result may be the one
// written when memory has run out, which leaves out its lists.
std::string account_fault(std::string_view result, bool short_form = false);

}  // namespace skipcall
