#include "response_body.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

#include "action.h"
#include "header_text.hpp"

namespace skipcall::host {

// gzip (RFC 1952) by zlib; members may follow each other.
struct ResponseBody::Inflater {
  Inflater() {
    constexpr int gzip_alone = 16 + MAX_WBITS;
    if (inflateInit2(&stream, gzip_alone) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater &) = delete;
  Inflater &operator=(const Inflater &) = delete;

  z_stream stream{};
  bool ended = false;  // between members
};

ResponseBody::ResponseBody(uint64_t limit) : limit_(limit) {}
ResponseBody::~ResponseBody() = default;

bool ResponseBody::set_coding(std::string_view coding) {
  const std::string plain = to_lower(trim_space(coding));
  if (plain == "gzip" || plain == "x-gzip") {
    inflater_ = std::make_unique<Inflater>();
    return true;
  }
  return plain.empty() || plain == "identity";
}

uint32_t ResponseBody::add(std::string_view bytes) {
  if (!inflater_) return append(bytes);
  z_stream &stream = inflater_->stream;
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::array<char, 16384> decoded;
  do {
    if (inflater_->ended && stream.avail_in > 0) {
      inflateReset(&stream);
      inflater_->ended = false;
    }
    stream.next_out = reinterpret_cast<Bytef *>(decoded.data());
    stream.avail_out = decoded.size();
    const int state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return ACTION_HTTP_PROTOCOL;
    inflater_->ended = state == Z_STREAM_END;
    if (const uint32_t error = append({decoded.data(), decoded.size() - stream.avail_out});
        error != ACTION_HTTP_OK)
      return error;
  } while (stream.avail_in > 0 || stream.avail_out == 0);
  return ACTION_HTTP_OK;
}

uint32_t ResponseBody::append(std::string_view decoded) {
  const uint64_t room = limit_ - text_.size();
  text_.append(decoded.substr(0, static_cast<size_t>(std::min<uint64_t>(room, decoded.size()))));
  return decoded.size() <= room ? ACTION_HTTP_OK : ACTION_HTTP_TOO_LARGE;
}

bool ResponseBody::is_whole() const {
  return !inflater_ || inflater_->ended;
}

}  // namespace skipcall::host
