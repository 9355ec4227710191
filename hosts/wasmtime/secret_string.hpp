// A string that must not be seen: an API key.
#pragma once
#include <string>
#include <string_view>

namespace skipcall::host {

// Owns a secret. It cannot be copied or printed, and its bytes are overwritten at its end. reveal() is the
// only access to the string, so that a search for it finds every use.
class SecretString {
 public:
  SecretString() = default;
  // Copies text. Wiping the caller's copy is up to the caller; see wipe().
  explicit SecretString(std::string_view text);
  SecretString(SecretString &&other) noexcept;
  SecretString &operator=(SecretString &&other) noexcept;
  SecretString(const SecretString &) = delete;
  SecretString &operator=(const SecretString &) = delete;
  ~SecretString();

  bool empty() const { return text_.empty(); }
  // Lent for the life of this object.
  std::string_view reveal() const { return text_; }

  // Overwrites text's bytes, its spare capacity too, and empties it.
  static void wipe(std::string &text);

 private:
  std::string text_;
};

}  // namespace skipcall::host
