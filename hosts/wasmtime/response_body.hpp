// The body of a response, decoded as it arrives and measured as decoded.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace skipcall::host {

// What a host asks for (Accept-Encoding), and all that this decodes.
inline constexpr std::string_view accepted_coding = "gzip";

class ResponseBody {
 public:
  // limit: bytes of the decoded body.
  explicit ResponseBody(uint64_t limit);
  ~ResponseBody();
  ResponseBody(const ResponseBody &) = delete;
  ResponseBody &operator=(const ResponseBody &) = delete;

  // The value of Content-Encoding, once, before the first add(). Without a call: none. False: a coding other
  // than gzip.
  bool set_coding(std::string_view coding);

  // The next bytes as received. Result: ACTION_HTTP_OK, or why reading stops: TOO_LARGE, PROTOCOL.
  uint32_t add(std::string_view bytes);

  // Whether the coding is complete. A truncated one is not.
  bool is_whole() const;
  // The decoded bytes, cut at the limit.
  std::string &text() { return text_; }

 private:
  struct Inflater;
  uint32_t append(std::string_view decoded);

  uint64_t limit_;
  std::string text_;
  std::unique_ptr<Inflater> inflater_;
};

}  // namespace skipcall::host
