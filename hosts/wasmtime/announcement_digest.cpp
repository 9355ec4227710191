#include "announcement_digest.hpp"

#include <zlib.h>

#include <array>
#include <string>

namespace skipcall::host {

void AnnouncementDigest::add(const Announcement &announcement) {
  const std::string exchange = std::to_string(announcement.exchange);
  if (announcement.kind == Announcement::Kind::cancel) return add("cancel " + exchange + "\n");
  const HttpRequest &request = announcement.request;
  const std::array<const std::string *, 5> parts = {&request.connection, &request.method, &request.target,
                                                    &request.headers, &request.body};
  std::string line = "send " + exchange + " " + std::to_string(request.timeout_ms) + " " +
                     std::to_string(request.response_limit);
  for (const std::string *part : parts) line += " " + std::to_string(part->size());
  add(line + "\n");
  for (const std::string *part : parts) add(*part);
}

void AnnouncementDigest::add(std::string_view text) {
  value_ = static_cast<uint32_t>(crc32_z(value_, reinterpret_cast<const Bytef *>(text.data()), text.size()));
}

}  // namespace skipcall::host
