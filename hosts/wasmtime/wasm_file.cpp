#include "wasm_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "error.hpp"
#include "file_descriptor.hpp"

namespace skipcall::host {
namespace {

[[noreturn]] void not_wasm(const std::string &why) {
  throw HostError(Fault::not_wasm, "not a usable WebAssembly module: " + why);
}

std::string hex_byte(uint8_t byte) {
  char text[5];
  std::snprintf(text, sizeof text, "0x%02x", byte);
  return text;
}

// Reads the binary format's elements one after the other; every read beyond the end throws.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  uint8_t byte() {
    if (rest_.empty()) not_wasm("it ends too early");
    const uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }

  std::span<const uint8_t> bytes(uint64_t count) {
    if (count > rest_.size()) not_wasm("it ends too early");
    auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  std::span<const uint8_t> rest() { return bytes(rest_.size()); }

  // LEB128, at most `bits` wide.
  uint64_t number(unsigned bits = 32) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < bits; shift += 7) {
      const uint8_t next = byte();
      const uint64_t part = next & 0x7f;
      if (shift + 7 > bits && (part >> (bits - shift)) != 0) not_wasm("a number is too large");
      value |= part << shift;
      if ((next & 0x80) == 0) return value;
    }
    not_wasm("a number is too long");
  }

  std::string name() {
    auto text = bytes(number());
    return {text.begin(), text.end()};
  }

 private:
  std::span<const uint8_t> rest_;
};

std::string value_type(Reader &in) {
  switch (const uint8_t code = in.byte()) {
    case 0x7f:
      return "i32";
    case 0x7e:
      return "i64";
    case 0x7d:
      return "f32";
    case 0x7c:
      return "f64";
    case 0x7b:
      return "v128";
    case 0x70:
      return "funcref";
    case 0x6f:
      return "externref";
    case 0x63:
    case 0x64:
      in.number(33);  // the heap type
      return "ref";
    default:
      not_wasm("value type " + hex_byte(code) + " is not known");
  }
}

std::string value_types(Reader &in) {
  constexpr uint64_t most = 100;
  std::string text = "(";
  uint64_t left = in.number();
  if (left > most) not_wasm("a function has more than " + std::to_string(most) + " parameters or results");
  for (; left > 0; --left) {
    text += value_type(in);
    if (left > 1) text += ",";
  }
  return text + ")";
}

WasmMemory limits(Reader &in) {
  enum : uint8_t { has_maximum = 1, shared = 2, wide = 4 };
  const uint8_t flags = in.byte();
  if (flags > (has_maximum | shared | wide)) not_wasm("memory limits " + hex_byte(flags) + " are not known");
  WasmMemory memory{};
  memory.is_shared = (flags & shared) != 0;
  memory.is_64_bit = (flags & wide) != 0;
  memory.minimum_pages = in.number(64);
  if ((flags & has_maximum) != 0) memory.maximum_pages = in.number(64);
  return memory;
}

// The most items of each section: more than a real module has.
struct Most {
  uint8_t section;
  uint64_t items;
  const char *what;
};
constexpr Most most_items[] = {
    {1, 10'000, "types"},
    {2, 100, "imports"},
    {3, 100'000, "functions"},
    {4, 100, "tables"},
    {5, 100, "memories"},
    {6, 10'000, "globals"},
    {7, 1'000, "exports"},
    {9, 10'000, "element segments"},
    {10, 100'000, "function bodies"},
    {11, 100'000, "data segments"},
};
constexpr size_t most_custom_sections = 1000;
// Of one function. A compiler may need memory for each local at each branch.
constexpr uint64_t longest_body = 128 << 10;
constexpr uint64_t most_locals_times_bytes = 1 << 25;

// Collects what the sections say; functions are numbered over imports and definitions.
class Parser {
 public:
  WasmFile parse(std::span<const uint8_t> binary) {
    constexpr uint8_t magic[] = {0, 'a', 's', 'm'};
    if (binary.size() < 4 || !std::equal(std::begin(magic), std::end(magic), binary.begin())) {
      not_wasm("it does not begin with the magic bytes");
    }
    Reader in(binary.subspan(4));
    auto version = in.bytes(4);
    if (version[2] != 0 || version[3] != 0) not_wasm("it is a component, not a core module");
    if (version[0] != 1 || version[1] != 0) not_wasm("its format is not version 1");
    while (!in.empty()) {
      const uint8_t id = in.byte();
      Reader section(in.bytes(in.number()));
      parse_section(id, section);
    }
    for (auto &[at, index] : exported_functions_) {
      if (index >= functions_.size()) not_wasm("it exports a function that it does not have");
      file_.exports[at].signature = signature(functions_[index]);
    }
    return std::move(file_);
  }

 private:
  enum Section : uint8_t {
    custom_id = 0,
    type_id = 1,
    import_id = 2,
    function_id = 3,
    memory_id = 5,
    export_id = 7,
    start_id = 8,
    code_id = 10
  };

  void parse_section(uint8_t id, Reader &in) {
    if (id == custom_id) {
      if (file_.custom_sections.size() == most_custom_sections) not_wasm("it has too many custom sections");
      std::string name = in.name();
      const auto bytes = in.rest();
      file_.custom_sections.push_back({std::move(name), {bytes.begin(), bytes.end()}});
      return;
    }
    file_.has_start = file_.has_start || id == start_id;
    const auto most = std::find_if(std::begin(most_items), std::end(most_items),
                                   [&](const Most &m) { return m.section == id; });
    if (most == std::end(most_items)) return;
    uint64_t left = in.number();
    if (left > most->items) {
      not_wasm("it has more than " + std::to_string(most->items) + " " + most->what);
    }
    if (id != type_id && id != import_id && id != function_id && id != memory_id && id != export_id &&
        id != code_id)
      return;
    for (; left > 0; --left) {
      if (id == type_id) parse_type(in);
      if (id == import_id) parse_import(in);
      if (id == function_id) functions_.push_back(in.number());
      if (id == memory_id) file_.memories.push_back(limits(in));
      if (id == export_id) parse_export(in);
      if (id == code_id) parse_body(in);
    }
    if (!in.empty()) not_wasm("a section is longer than what it holds");
  }

  void parse_type(Reader &in) {
    if (const uint8_t form = in.byte(); form != 0x60)
      not_wasm("type form " + hex_byte(form) + " is not a function type");
    const std::string parameters = value_types(in);
    types_.push_back(parameters + "->" + value_types(in));
  }

  void parse_import(Reader &in) {
    WasmImport import{in.name(), in.name(), kind(in), {}};
    switch (import.kind) {
      case WasmKind::function:
        functions_.push_back(in.number());
        import.signature = signature(functions_.back());
        break;
      case WasmKind::table:
        value_type(in);
        limits(in);
        break;
      case WasmKind::memory:
        file_.memories.push_back(limits(in));
        break;
      case WasmKind::global:
        value_type(in);
        in.byte();
        break;
      case WasmKind::tag:
        in.byte();
        in.number();
        break;
    }
    file_.imports.push_back(std::move(import));
  }

  void parse_export(Reader &in) {
    WasmExport item{in.name(), kind(in), {}};
    const uint64_t index = in.number();
    if (item.kind == WasmKind::function) exported_functions_.emplace_back(file_.exports.size(), index);
    file_.exports.push_back(std::move(item));
  }

  void parse_body(Reader &in) {
    const uint64_t length = in.number();
    if (length > longest_body) not_wasm("a function is longer than 128 KiB");
    Reader body(in.bytes(length));
    uint64_t locals = 0;
    for (uint64_t groups = body.number(); groups > 0; --groups) {
      locals += body.number();
      value_type(body);
    }
    if (locals * length > most_locals_times_bytes) not_wasm("a function has too many locals for its length");
  }

  static WasmKind kind(Reader &in) {
    const uint8_t code = in.byte();
    if (code > static_cast<uint8_t>(WasmKind::tag)) not_wasm("kind " + hex_byte(code) + " is not known");
    return static_cast<WasmKind>(code);
  }

  const std::string &signature(uint64_t type) const {
    if (type >= types_.size()) not_wasm("a function has a type that does not exist");
    return types_[type];
  }

  WasmFile file_;
  std::vector<std::string> types_;
  std::vector<uint64_t> functions_;
  std::vector<std::pair<size_t, uint64_t>> exported_functions_;
};

template <typename Items>
auto find_named(const Items &items, std::string_view name) {
  auto found = std::find_if(items.begin(), items.end(), [&](const auto &item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::string_view wasm_kind_name(WasmKind kind) {
  constexpr std::string_view names[] = {"function", "table", "memory", "global", "tag"};
  return names[static_cast<size_t>(kind)];
}

const WasmExport *WasmFile::find_export(std::string_view name) const {
  return find_named(exports, name);
}

const WasmCustomSection *WasmFile::find_custom_section(std::string_view name) const {
  return find_named(custom_sections, name);
}

WasmFile parse_wasm(std::span<const uint8_t> binary) {
  return Parser().parse(binary);
}

std::vector<uint8_t> read_binary_file(const std::filesystem::path &path, uint64_t limit) {
  const auto fail = [&](const std::string &why) -> void {
    throw HostError(Fault::unreadable, "cannot read " + path.string() + ": " + why);
  };
  // Does not wait for a writer if it is a pipe.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file) fail(std::generic_category().message(errno));
  struct stat about{};
  if (::fstat(file.get(), &about) != 0) fail(std::generic_category().message(errno));
  if (S_ISDIR(about.st_mode)) fail("it is a directory");
  if (!S_ISREG(about.st_mode)) fail("it is not a regular file");
  if (static_cast<uint64_t>(about.st_size) > limit)
    fail("it is larger than " + std::to_string(limit) + " bytes");
  auto bytes = read_all(file.get());
  if (!bytes) fail("reading failed");
  return std::move(*bytes);
}

}  // namespace skipcall::host
