// Reads JSON (RFC 8259) as a stream of events: nlohmann/json's SAX parser, behind limits that keep it from
// trapping.
#pragma once

#include <cstdint>
#include <string_view>

namespace skipcall {

inline constexpr unsigned json_depth_at_most = 64;        // nested arrays and objects
inline constexpr size_t json_token_at_most = 128 * 1024;  // bytes of one string or number

// Receives the events of a document. Each member returns false to stop the reading. Strings are borrowed.
class JsonHandler {
 public:
  // A value that is neither a string nor a container. `whole`: it is an integer and fits `number`.
  struct Scalar {
    enum class Kind : uint8_t { null, boolean, number } kind;
    bool truth;
    bool whole;
    int64_t number;
  };

  virtual bool scalar(const Scalar &value) = 0;
  virtual bool string(std::string_view text) = 0;
  virtual bool key(std::string_view name) = 0;
  virtual bool start_object() = 0;
  virtual bool end_object() = 0;
  virtual bool start_array() = 0;
  virtual bool end_array() = 0;
  // Called after a string, list or object that is a value of a list, with all the text that follows. It may
  // consume more values of the list, each after a comma; no other member is called for those.
  // Result: how many bytes it took, to the end of a value; 0 is always right.
  virtual size_t more(std::string_view /*text*/) { return 0; }

 protected:
  ~JsonHandler() = default;
};

enum class JsonFault : uint8_t {
  none,
  stopped,         // by the handler
  syntax,          // not JSON
  not_utf8,        // invalid UTF-8, or half of a surrogate pair
  too_deep,        // json_depth_at_most
  token_too_long,  // json_token_at_most
  out_of_memory,
};

struct JsonEnd {
  JsonFault fault;
  size_t offset;  // bytes read
};

// Reads one document. No fault: handler has seen all of it.
JsonEnd read_json(std::string_view text, JsonHandler &handler);

}  // namespace skipcall
