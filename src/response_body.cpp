#include "response_body.hpp"

#include "json_reader.hpp"
#include "mask.hpp"

namespace skipcall {
namespace {

class BodyReader final : public JsonHandler {
 public:
  explicit BodyReader(ResponseBody &body) : body_(body) {}

  bool scalar(const Scalar &value) override {
    if (depth_ == 1 && member_ == Member::removed) {
      count(value.whole && value.number >= 0, static_cast<uint64_t>(value.number));
    }
    if (member_ == Member::status && value.whole && (depth_ == 1 || (depth_ == 2 && in_error_))) {
      body_.has_error = true;
    }
    return true;
  }
  bool string(std::string_view text) override {
    if (depth_ == 0 || depth_ > 3 || (depth_ == 2 && !in_error_ && !in_list_) || (depth_ == 3 && !in_list_)) {
      return true;
    }
    switch (member_) {
      case Member::removed:
        count(false);
        break;
      case Member::code:
        set(body_.code, text, api_code_at_most);
        break;
      case Member::error:
        if (depth_ == 1) set(error_text_, text, api_code_at_most);
        break;
      case Member::message:
        add(body_.message, text);
        break;
      case Member::details:
        add(details_, text);
        break;
      case Member::status:
      case Member::other:
        break;
    }
    return true;
  }
  bool key(std::string_view name) override {
    if (depth_ > 2 || (depth_ == 2 && !in_error_)) return true;
    member_ = name == "code"                     ? Member::code
              : name == "message"                ? Member::message
              : name == "details"                ? Member::details
              : name == "status"                 ? Member::status
              : name == "statusCode"             ? Member::status
              : depth_ == 1 && name == "removed" ? Member::removed
              : depth_ == 1 && name == "error"   ? Member::error
                                                 : Member::other;
    return true;
  }
  bool start_object() override {
    if (depth_ == 0) body_.is_object = true;
    if (depth_ == 1 && member_ == Member::removed) count(false);
    if (depth_ == 1 && member_ == Member::error) in_error_ = true;
    depth_++;
    if (in_error_ && depth_ == 2) member_ = Member::other;
    return true;
  }
  bool end_object() override {
    depth_--;
    if (depth_ == 1) {
      in_error_ = false;
      member_ = Member::other;
    }
    return true;
  }
  bool start_array() override {
    if (depth_ == 1 && member_ == Member::removed) count(false);
    const bool is_text_list = member_ == Member::message || member_ == Member::details;
    if (is_text_list && (depth_ == 1 || (depth_ == 2 && in_error_))) in_list_ = true;
    depth_++;
    return true;
  }
  bool end_array() override {
    depth_--;
    if (depth_ <= 2) in_list_ = false;
    return true;
  }

  // Details and a short error text are used where code and message are missing.
  void finish() {
    if (body_.message.empty()) append_masked(body_.message, details_.view(), api_message_at_most);
    if (body_.code.empty()) append_masked(body_.code, error_text_.view(), api_code_at_most);
    if (!body_.code.empty()) body_.has_error = true;
  }

 private:
  enum class Member : uint8_t { other, removed, error, code, message, details, status };

  // Reads the value of a member "removed". Two of them do not make a count.
  void count(bool is_count, uint64_t number = 0) {
    body_.has_removed = is_count && !removed_seen_;
    body_.removed = body_.has_removed ? number : 0;
    removed_seen_ = true;
  }
  void set(Text &to, std::string_view text, size_t characters) {
    if (to.empty()) append_masked(to, text, characters);
  }
  void add(Text &to, std::string_view text) {
    // Cut again by characters at the end; this bound only keeps a long list from growing the text.
    if (to.size() >= api_message_at_most) return;
    if (!to.empty()) to.append("; ");
    append_masked(to, text, api_message_at_most);
  }

  ResponseBody &body_;
  Text error_text_, details_;
  unsigned depth_ = 0;
  bool in_error_ = false;  // inside {"error":{…}}
  bool in_list_ = false;   // inside a list of strings
  bool removed_seen_ = false;
  Member member_ = Member::other;
};

}  // namespace

void read_response_body(std::string_view body, ResponseBody &to) {
  BodyReader reader(to);
  if (read_json(body, reader).fault == JsonFault::none) {
    reader.finish();
    if (to.message.size() > api_message_at_most) {
      Text cut;
      append_masked(cut, to.message.view(), api_message_at_most);
      std::swap(to.message, cut);
    }
  } else {
    to = ResponseBody();
  }
}

}  // namespace skipcall
