// Which names of columns are known, and how names are compared (apps/contact-files/README.md).
#pragma once

#include <string>
#include <string_view>

namespace skipcall::cli {

enum class NameRank { none, likely, certain };

// A column's name without case, accents, white space and punctuation: "Séquence ID" and sequence_id are
// "sequenceid". A byte of an unknown encoding becomes "?".
std::string plain_name(std::string_view name);

// A cell to be compared with words.
std::string lower_case(std::string_view text);

// How certainly a name means the column of contacts, or that of sequences. plain: from plain_name.
NameRank contact_rank(std::string_view plain);
NameRank sequence_rank(std::string_view plain);

// True for a name that could mean sequences: those that certainly do, campaign and the like, and any that
// looks like one of these in letters of another alphabet.
bool could_be_sequence(std::string_view plain);

// Whether a plain name, which is not a usual one, could be that of contacts: beside it, "id" may be another
// thing's.
bool could_be_contact(std::string_view plain);

// True for a name that is not UTF-8 and mostly in letters beyond ASCII: nobody knows what it says.
bool is_unreadable(std::string_view name);

// True for a column that has no name, or one that a program gave it: "Unnamed: 1", "Column 2".
bool is_nameless(std::string_view plain);

// True when `name` is one of the usual names of the contact or the sequence column.
bool is_column_name(std::string_view name);

}  // namespace skipcall::cli
