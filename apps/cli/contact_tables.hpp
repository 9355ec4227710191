// The names and characters of apps/contact-files/columns.json, as contact_tables.py generates them.
#pragma once

#include <span>
#include <string_view>

namespace skipcall::cli::tables {

struct CodeRange {
  char32_t first, last;
};

// A letter or digit beyond ASCII whose plain form is another one, of ASCII or of the words below: é is "e".
struct Fold {
  char32_t code;
  std::string_view text;
};

// Sorted by code point.
std::span<const CodeRange> white_space();
std::span<const CodeRange> invisible();
std::span<const CodeRange> control();
std::span<const CodeRange> ignored_in_names();
std::span<const Fold> folds();
std::span<const Fold> lookalikes();  // letters of other alphabets, with the Latin letters that they look like
std::span<const Fold> lower_case();  // capital letters beyond ASCII

// Plain names of columns; those that are possible in Latin letters, where theirs look like them.
std::span<const std::string_view> contact_certain();
std::span<const std::string_view> contact_likely();
std::span<const std::string_view> contact_possible_parts();
std::span<const std::string_view> contact_possible_begins();
std::span<const std::string_view> contact_own();  // of those that begin so, the ones of a sheet of contacts
std::span<const std::string_view> sequence_certain();
std::span<const std::string_view> sequence_likely();
std::span<const std::string_view> sequence_possible_parts();
std::span<const std::string_view> sequence_possible();
std::span<const std::string_view> sequence_misspelled();
std::span<const std::string_view> nameless();

// What a line of a list may begin with, apart from a number.
std::span<const std::string_view> bullets();

// Plain keys of JSON behind which programs put the list of rows.
std::span<const std::string_view> wrappers();

// What says which rows are meant: plain names of columns that begin or end so, or are so; those beside which
// ticks say it, or tasks; and cells, in lower case.
std::span<const std::string_view> select_edges();
std::span<const std::string_view> select_names();
std::span<const std::string_view> asking_names();
std::span<const std::string_view> task_names();
std::span<const std::string_view> select_cells();
// Of these, what says of a row that it is to stay: a plain name that begins or ends so, beside a cell that is not "no";
// one that ends like "remove", beside a "no"; a cell that ends so, behind a blank; a task that begins so,
// before a blank, or is so. go_cells, go_tasks: those that say that it is meant.
std::span<const std::string_view> stay_begins();
std::span<const std::string_view> stay_names();
std::span<const std::string_view> stay_cells();
std::span<const std::string_view> stay_tasks();
std::span<const std::string_view> other_tasks();
std::span<const std::string_view> go_names();
std::span<const std::string_view> go_cells();
std::span<const std::string_view> go_tasks();
std::span<const std::string_view> no_cells();
std::span<const std::string_view> ticks();  // cells that say it in a column without a name, or that asks

// Patterns, in any case, of what stands in place of a sequence id and is none.
std::span<const std::string_view> no_sequence();

}  // namespace skipcall::cli::tables
