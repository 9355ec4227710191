// The result of a run as JSON: the account of every id that went in.
#pragma once

#include "account.hpp"
#include "json_writer.hpp"
#include "rate_window.hpp"
#include "text.hpp"

namespace skipcall {

class ResultWriter {
 public:
  // Both are borrowed for the writer's life; each batch of the account has ended.
  ResultWriter(const Account &account, const RateWindow &window) : account_(account), window_(window) {}

  // Writes the whole result. False: no memory; `out` must be discarded.
  // Source: manifest, actions[].output.
  [[nodiscard]] bool write(Text &out);

  // Writes the same without any list of ids, in at most 2 KiB, for when there is no memory for more.
  void write_short(Text &out);

 private:
  struct Totals {
    uint32_t confirmed = 0, refused = 0, unknown = 0, unsent = 0;
    void add(const Batch &batch);
    std::string_view status() const;
  };

  std::string_view status() const;
  void number_errors();
  size_t size_at_most() const;
  void write_counts(JsonWriter &json, std::string_view status, Cause stopped_by) const;
  void write_sequences(JsonWriter &json) const;
  void write_invalid_ids(JsonWriter &json) const;
  void write_ids(JsonWriter &json, bool refused) const;
  void write_errors(JsonWriter &json) const;
  void write_warnings(JsonWriter &json) const;
  void write_rate_limit(JsonWriter &json) const;

  const Account &account_;
  const RateWindow &window_;
  uint32_t contacts_of_error_[ErrorLog::capacity] = {};
  uint16_t number_of_error_[ErrorLog::capacity] = {};  // in the result; none: it is not reported
};

}  // namespace skipcall
