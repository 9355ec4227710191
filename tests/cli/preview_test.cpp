#include "preview.hpp"

#include "catch.hpp"
#include "failure.hpp"

using namespace skipcall::cli;

TEST_CASE("the preview says how many, where and with which kind of key") {
  Preview preview;
  preview.contacts = 3214;
  preview.sequences = 4;
  preview.server = "https://api.example";
  preview.key = KeyKind::live;
  preview.journal = "/state/x.journal";
  CHECK(preview_text(preview, Colours()) ==
        "Remove 3,214 contacts from 4 sequences\n"
        "  server    https://api.example\n"
        "  key       live key\n"
        "  journal   /state/x.journal\n");
  preview.resumed = true;
  CHECK_THAT(preview_text(preview, Colours()),
             Catch::Matchers::StartsWith("Continue removing 3,214 contacts from 4 sequences\n"));
  preview.resumed = false;
  preview.duplicates = 12;
  preview.invalid = 1;
  preview.sandbox = true;
  preview.key = KeyKind::test;
  CHECK(preview_text(preview, Colours()) ==
        "Remove 3,214 contacts from 4 sequences\n"
        "  server    sandbox, https://api.example (nothing real is touched)\n"
        "  key       test key\n"
        "  left out  12 duplicates, 1 invalid id\n"
        "  journal   /state/x.journal\n");
  preview.journal.clear();
  CHECK_THAT(preview_text(preview, Colours()), !Catch::Matchers::ContainsSubstring("journal"));
  preview.sandbox = false;
  preview.no_journal = "HOME is odd";
  CHECK_THAT(preview_text(preview, Colours()),
             Catch::Matchers::ContainsSubstring("journal   none: HOME is odd. To keep one"));
}
