// The same job as an Extism plugin does it: ids checked, batches of 100, each request sent by a call that
// blocks until the response arrives. It retries nothing and knows no rate limit. Freestanding; the imports
// are those of Extism's kernel.
typedef unsigned long long u64;
typedef unsigned char u8;

#define KERNEL(name) __attribute__((import_module("extism:host/env"), import_name(#name)))
KERNEL(input_length) u64 input_length(void);
KERNEL(input_load_u8) u8 input_load_u8(u64 at);
KERNEL(alloc) u64 kernel_alloc(u64 length);
KERNEL(free) void kernel_free(u64 block);
KERNEL(length) u64 kernel_length(u64 block);
KERNEL(load_u8) u8 kernel_load(u64 at);
KERNEL(store_u8) void kernel_store(u64 at, u8 byte);
KERNEL(config_get) u64 config_get(u64 key);
KERNEL(http_request) u64 http_request(u64 request, u64 body);
KERNEL(http_status_code) int http_status_code(void);
KERNEL(output_set) void output_set(u64 at, u64 length);

enum { uuid_length = 36, batch_size = 100 };

static char text[8192];  // what is being written
static unsigned text_length;

static void put(const char *string) {
  while (*string) text[text_length++] = *string++;
}

static void put_block(u64 block) {
  for (u64 at = 0; at < kernel_length(block); ++at) text[text_length++] = (char)kernel_load(block + at);
}

static void put_number(unsigned number) {
  if (number >= 10) put_number(number / 10);
  text[text_length++] = (char)('0' + number % 10);
}

// Moves the text into one of the kernel's blocks.
static u64 take_text(void) {
  u64 block = kernel_alloc(text_length);
  for (unsigned at = 0; at < text_length; ++at) kernel_store(block + at, (u8)text[at]);
  text_length = 0;
  return block;
}

static void put_config(const char *key, unsigned length) {
  const u64 name = kernel_alloc(length);
  for (unsigned at = 0; at < length; ++at) kernel_store(name + at, (u8)key[at]);
  put_block(config_get(name));
  kernel_free(name);
}

static int is_uuid(const u8 *id) {
  for (unsigned at = 0; at < uuid_length; ++at) {
    const int is_dash = at == 8 || at == 13 || at == 18 || at == 23;
    const u8 c = id[at];
    const int is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (is_dash ? c != '-' : !is_hex) return 0;
  }
  return 1;
}

// Sends the ids in text. Result: what the API removed.
static unsigned send_batch(void) {
  put("]}");
  const u64 body = take_text();
  put("{\"method\":\"DELETE\",\"url\":\"");
  put_config("baseUrl", 7);
  put("/v1/sequences/A/contacts\",\"headers\":{\"Content-Type\":\"application/json\",\"Authorization\":\"Bearer ");
  put_config("key", 3);
  put("\"}}");
  const u64 request = take_text();
  const u64 response = http_request(request, body);
  if (http_status_code() != 200) __builtin_trap();
  unsigned removed = 0;
  for (u64 at = 0; at < kernel_length(response); ++at) {
    const u8 c = kernel_load(response + at);
    if (c >= '0' && c <= '9') removed = 10 * removed + (c - '0');
    if (c == ',') break;  // {"removed":100,…
  }
  kernel_free(request);
  kernel_free(body);
  kernel_free(response);
  return removed;
}

static void add_id(const u8 *id, unsigned batch) {
  put(batch == 0 ? "{\"contactIds\":[\"" : ",\"");
  for (unsigned at = 0; at < uuid_length; ++at) text[text_length++] = (char)id[at];
  put("\"");
}

__attribute__((export_name("remove_contacts"))) int remove_contacts(void) {
  u8 id[uuid_length];
  unsigned length = 0, batch = 0, confirmed = 0, removed = 0;
  int inside = 0;
  for (u64 at = 0, end = input_length(); at < end; ++at) {
    const u8 c = input_load_u8(at);
    if (c != '"') {
      if (inside && length < uuid_length) id[length] = c;
      ++length;
      continue;
    }
    if (inside && length == uuid_length && is_uuid(id)) {
      add_id(id, batch);
      if (++batch == batch_size) {
        removed += send_batch();
        confirmed += batch;
        batch = 0;
      }
    }
    inside = !inside;
    length = 0;
  }
  if (batch > 0) {
    removed += send_batch();
    confirmed += batch;
  }
  put("{\"confirmed\":");
  put_number(confirmed);
  put(",\"removed\":");
  put_number(removed);
  put("}");
  const unsigned written = text_length;
  output_set(take_text(), written);
  return 0;
}
