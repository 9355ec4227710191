#include "json_end.hpp"

#include "harmless_text.hpp"

namespace skipcall::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json &json) {
  return host::harmless_json(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

std::string failure_json(int exit_code, const std::string &text) {
  const char *cause = exit_code == 2 ? "invalid-input" : "internal";
  const Json error = {{"cause", cause}, {"code", nullptr}, {"retryable", false}, {"message", text}};
  return text_of(
      {{"status", "failed"}, {"stoppedBy", cause}, {"requests", 0}, {"errors", Json::array({error})}});
}

std::string result_json(const std::string &result, const std::vector<InvalidId> &invalid) {
  if (invalid.empty()) return host::harmless_json(result);
  Json json = Json::parse(result);
  json["invalidRows"] = Json::array();
  for (const InvalidId &id : invalid) {
    Json row = {{"file", id.file}, {"line", id.line}, {"what", id.is_sequence ? "sequence" : "contact"}};
    row["reason"] = id.reason;
    if (!id.odd.empty()) row["character"] = id.odd;
    json["invalidRows"].push_back(std::move(row));
  }
  return text_of(json);
}

}  // namespace skipcall::cli
