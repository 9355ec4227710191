/* Removes contacts by the native library, without WebAssembly: input on standard input, result on standard output.
 *
 *     SKIPCALL_API_KEY=… ./remove_contacts https://api-public.skipcall.app < input.json
 *
 * It sends one request at a time and keeps no journal. A host for production also masks a key that a response repeats,
 * limits headers, and refuses targets and headers as abi/ABI.md says ("Duties of a host"): this action sends none of
 * those, but another one might. */
#include <action.h>
#include <curl/curl.h>
#include <remove_contacts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  char *at;
  size_t length, limit;
} Text;

static struct {
  uint32_t run, exchange, timeout_ms, limit;
  char *target;
  Text headers, body;
} queue[64]; /* more than the action ever opens: options.concurrency is at most 32 */
static size_t queued;

static void die(const char *why) {
  fprintf(stderr, "remove_contacts: %s\n", why);
  exit(1);
}

/* What libcurl calls with a part of the body, or with a header line. Fewer bytes than it gave end the transfer. */
static size_t append(const char *bytes, size_t size, size_t count, void *to) {
  Text *text = to;
  if (count == 0 || size * count > text->limit - text->length) return 0;
  text->at = realloc(text->at, text->length + size * count + 1);
  if (text->at == NULL) die("out of memory");
  memcpy(text->at + text->length, bytes, size * count);
  text->length += size * count;
  text->at[text->length] = 0;
  return size * count;
}

static size_t append_header(const char *line, size_t size, size_t count, void *to) {
  Text *text = to;
  if (count > 5 && memcmp(line, "HTTP/", 5) == 0) text->length = 0; /* what came before was a 1xx response */
  return memchr(line, ':', count) == NULL ? count : append(line, size, count, to);
}

static Text copy(action_bytes bytes) {
  Text text = {NULL, 0, SIZE_MAX};
  append((const char *)bytes.ptr, 1, bytes.len, &text);
  return text;
}

/* The two imports: they only take notes. */
void action_host_http_send(uint32_t run, uint32_t exchange, const action_http_request *request) {
  if (queued == sizeof queue / sizeof *queue) die("too many requests are open");
  queue[queued].run = run;
  queue[queued].exchange = exchange;
  queue[queued].timeout_ms = request->timeout_ms;
  queue[queued].limit = request->response_limit;
  queue[queued].target = copy(request->target).at;
  queue[queued].headers = copy(request->headers);
  queue[queued++].body = copy(request->body);
}
void action_host_http_cancel(uint32_t run, uint32_t exchange) {
  (void)run, (void)exchange; /* nothing here cancels */
}

static uint64_t now_ms(void) { /* of the wall clock once, then of one that never runs backwards */
  static uint64_t offset;
  struct timespec wall, steady;
  clock_gettime(CLOCK_MONOTONIC, &steady);
  const uint64_t since = (uint64_t)steady.tv_sec * 1000 + (uint64_t)steady.tv_nsec / 1000000;
  if (offset == 0 && clock_gettime(CLOCK_REALTIME, &wall) == 0) offset = (uint64_t)wall.tv_sec * 1000 - since;
  return offset + since;
}

static uint32_t error_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return ACTION_HTTP_OK;
    case CURLE_COULDNT_RESOLVE_HOST:
      return ACTION_HTTP_DNS;
    case CURLE_COULDNT_CONNECT:
      return ACTION_HTTP_CONNECT;
    case CURLE_PEER_FAILED_VERIFICATION:
      return ACTION_HTTP_TLS;
    case CURLE_OPERATION_TIMEDOUT:
      return ACTION_HTTP_TIMEOUT;
    case CURLE_WRITE_ERROR:
      return ACTION_HTTP_TOO_LARGE;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return ACTION_HTTP_RESET;
    default:
      return ACTION_HTTP_OTHER;
  }
}

/* Sends the oldest request and delivers its response. */
static void send_next(CURL *curl, const char *base_url, const char *key) {
  char url[8192], authorization[512];
  if (snprintf(url, sizeof url, "%s%s", base_url, queue[0].target) >= (int)sizeof url)
    die("the URL is too long");
  snprintf(authorization, sizeof authorization, "Authorization: Bearer %s", key);
  struct curl_slist *lines = curl_slist_append(NULL, authorization);
  for (char *line = strtok(queue[0].headers.at, "\r\n"); line != NULL; line = strtok(NULL, "\r\n"))
    lines = curl_slist_append(lines, line);
  Text headers = {NULL, 0, 65536}, body = {NULL, 0, queue[0].limit};
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE"); /* all that this action sends */
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, queue[0].body.at);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)queue[0].body.length);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)queue[0].timeout_ms);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT,
                   1L); /* on a kept connection libcurl may send a request again */
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, append_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &headers);
  const CURLcode code = curl_easy_perform(curl);
  long status = 0, sent = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);

  /* One block: the struct, the headers, the body. Sizes are those of this machine's struct. */
  action_http_response *response = action_alloc((uint32_t)(sizeof *response + headers.length + body.length));
  if (response != NULL) {
    uint8_t *rest = (uint8_t *)(response + 1);
    if (headers.length > 0) memcpy(rest, headers.at, headers.length);
    if (body.length > 0) memcpy(rest + headers.length, body.at, body.length);
    *response = (action_http_response){sizeof *response,
                                       (uint32_t)status,
                                       error_of(code),
                                       sent == 0 ? ACTION_HTTP_NOT_SENT : 0,
                                       {rest, (uint32_t)headers.length},
                                       {rest + headers.length, (uint32_t)body.length}};
  }
  const uint32_t run = queue[0].run, exchange = queue[0].exchange;
  free(queue[0].target), free(queue[0].headers.at), free(queue[0].body.at), free(headers.at), free(body.at);
  curl_slist_free_all(lines);
  memmove(queue, queue + 1, --queued * sizeof *queue);
  action_http_done(run, exchange, now_ms(), response);
}

int main(int count, char **words) {
  const char *key = getenv("SKIPCALL_API_KEY");
  if (count != 2 || key == NULL) die("usage: SKIPCALL_API_KEY=… remove_contacts BASE_URL < input.json");
  Text input = {NULL, 0, UINT32_MAX};
  char part[65536];
  for (size_t length; (length = fread(part, 1, sizeof part, stdin)) > 0;) append(part, 1, length, &input);

  uint8_t *block = action_alloc((uint32_t)input.length);
  if (block == NULL) die("out of memory");
  if (input.length > 0) memcpy(block, input.at, input.length);
  const uint32_t run = remove_contacts(block, (uint32_t)input.length, 0, now_ms() * 6364136223846793005u);
  if (run == 0) die("out of memory");
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL *curl = curl_easy_init();
  while (action_status(run)->state == ACTION_WAITING) {
    const uint64_t wake = action_status(run)->wake_ms, now = now_ms();
    if (queued > 0 && (wake == 0 || wake > now)) {
      send_next(curl, words[1], key);
    } else if (wake > now) {
      const struct timespec pause = {(time_t)((wake - now) / 1000), (long)((wake - now) % 1000) * 1000000};
      nanosleep(&pause, NULL);
    } else {
      action_wake(run, now);
    }
  }
  const action_bytes *result = action_result(run);
  fwrite(result->ptr, 1, result->len, stdout);
  action_release(run);
  curl_easy_cleanup(curl);
  return 0;
}
