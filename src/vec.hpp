// Vec<T>: a growable array that reports when it cannot grow.
//
// The core is built without exceptions, and in a module `operator new` traps at the memory limit. Everything
// that grows with the input therefore lives in a Vec, and running out of memory is a result like any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

namespace skipcall {

template <class T>
class Vec {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Vec() = default;
  Vec(const Vec &) = delete;
  Vec &operator=(const Vec &) = delete;
  Vec(Vec &&other) noexcept { swap(other); }
  Vec &operator=(Vec &&other) noexcept {
    swap(other);
    return *this;
  }
  ~Vec() { std::free(data_); }

  // Makes room for `capacity` elements in all. False: no memory; nothing changed.
  [[nodiscard]] bool reserve(size_t capacity) {
    if (capacity <= capacity_) return true;
    if (capacity > SIZE_MAX / sizeof(T)) return false;
    void *grown = std::realloc(data_, capacity * sizeof(T));
    if (grown == nullptr) return false;
    data_ = static_cast<T *>(grown);
    capacity_ = capacity;
    return true;
  }

  // Appends. False: no memory; nothing changed.
  [[nodiscard]] bool push(const T &value) {
    if (size_ == capacity_ && !grow(size_ + 1)) return false;
    data_[size_++] = value;
    return true;
  }

  // The room after the last element, which the caller fills from its beginning and then says how much of it.
  T *room() { return data_ + size_; }
  T *room_end() { return data_ + capacity_; }
  void take_room_to(const T *end) { size_ = static_cast<size_t>(end - data_); }

  // Appends `count` elements. False: no memory; nothing changed.
  [[nodiscard]] bool append(const T *values, size_t count) {
    if (count == 0) return true;
    if (count > SIZE_MAX - size_) return false;
    if (size_ + count > capacity_ && !grow(size_ + count)) return false;
    std::memcpy(data_ + size_, values, count * sizeof(T));
    size_ += count;
    return true;
  }

  // Makes the array `size` elements long; new ones are all zero bytes. False: no memory; nothing changed.
  [[nodiscard]] bool resize(size_t size) {
    if (!reserve(size)) return false;
    if (size > size_) std::memset(static_cast<void *>(data_ + size_), 0, (size - size_) * sizeof(T));
    size_ = size;
    return true;
  }

  // Forgets the elements from `size` on; keeps the memory.
  void truncate(size_t size) { size_ = size < size_ ? size : size_; }
  // Forgets all elements and frees the memory.
  void release() { Vec().swap(*this); }

  void swap(Vec &other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  T *data() { return data_; }
  const T *data() const { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  T &operator[](size_t i) { return data_[i]; }
  const T &operator[](size_t i) const { return data_[i]; }
  T &back() { return data_[size_ - 1]; }
  T *begin() { return data_; }
  T *end() { return data_ + size_; }
  const T *begin() const { return data_; }
  const T *end() const { return data_ + size_; }

 private:
  bool grow(size_t needed) {
    const size_t doubled = capacity_ < 8 ? 16 : capacity_ * 2;
    return (doubled > needed && reserve(doubled)) || reserve(needed);
  }

  T *data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace skipcall
