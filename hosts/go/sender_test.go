package actionhost

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// What comes back from a request, and that it is sent once.

func requestTo(t *testing.T, baseURL string) *request {
	t.Helper()
	parsed, err := url.Parse(baseURL)
	if err != nil {
		t.Fatal(err)
	}
	parsed.Opaque = "/items/1"
	return &request{method: "DELETE", url: parsed, body: []byte("body"), timeout: 2 * time.Second, responseLimit: 100}
}

func zipped(text string) string {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, _ = writer.Write([]byte(text))
	_ = writer.Close()
	return out.String()
}

func TestResponses(t *testing.T) {
	coded := zipped("some text")
	const ok = "HTTP/1.1 200 OK\r\n"
	for name, test := range map[string]struct {
		response string
		status   int
		err      uint32
		body     string
	}{
		"whole":                           {ok + "Content-Length: 2\r\n\r\nhi", 200, actionHTTPOK, "hi"},
		"chunks":                          {ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200, actionHTTPOK, "hi"},
		"until the end":                   {ok + "\r\nhi", 200, actionHTTPOK, "hi"},
		"empty until the end":             {ok + "\r\n", 200, actionHTTPReset, ""},
		"204":                             {"HTTP/1.1 204 No Content\r\n\r\n", 204, actionHTTPOK, ""},
		"1xx before it":                   {"HTTP/1.1 103 Early\r\nX: 1\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n", 200, actionHTTPOK, ""},
		"101":                             {"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", 0, actionHTTPProtocol, ""},
		"a status over 599":               {"HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n", 0, actionHTTPProtocol, ""},
		"302":                             {"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 302, actionHTTPOK, ""},
		"cut short":                       {ok + "Content-Length: 9\r\n\r\nhi", 200, actionHTTPReset, "hi"},
		"a chunk cut short":               {ok + "Transfer-Encoding: chunked\r\n\r\n9\r\nhi", 200, actionHTTPReset, "hi"},
		"a bad chunk":                     {ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n", 200, actionHTTPProtocol, ""},
		"over the limit":                  {ok + "Content-Length: 101\r\n\r\n" + strings.Repeat("x", 101), 200, actionHTTPTooLarge, strings.Repeat("x", 100)},
		"two lengths":                     {ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", 200, actionHTTPProtocol, ""},
		"a length not a number":           {ok + "Content-Length: two\r\n\r\nhi", 200, actionHTTPProtocol, ""},
		"a length beside chunks":          {ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200, actionHTTPProtocol, ""},
		"another transfer coding":         {ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 200, actionHTTPProtocol, ""},
		"gzip":                            {ok + "Content-Encoding: gzip\r\n\r\n" + coded, 200, actionHTTPOK, "some text"},
		"gzip cut short":                  {ok + "Content-Encoding: gzip\r\n\r\n" + coded[:len(coded)-4], 200, actionHTTPProtocol, "some text"},
		"gzip and more":                   {ok + "Content-Encoding: gzip\r\n\r\n" + coded + "more", 200, actionHTTPProtocol, "some text"},
		"a coding that is not known":      {ok + "Content-Encoding: br\r\n\r\nhi", 200, actionHTTPProtocol, ""},
		"a bomb":                          {ok + "Content-Encoding: gzip\r\n\r\n" + zipped(strings.Repeat("x", 1<<20)), 200, actionHTTPTooLarge, strings.Repeat("x", 100)},
		"nothing":                         {"", 0, actionHTTPReset, ""},
		"half a line":                     {"HTTP/1.1 20", 0, actionHTTPReset, ""},
		"half a head":                     {ok + "Content-Le", 0, actionHTTPReset, ""},
		"not HTTP":                        {"SSH-2.0-OpenSSH\r\n\r\n", 0, actionHTTPProtocol, ""},
		"headers without end":             {ok + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\r\n", 200), 0, actionHTTPTooLarge, ""},
		"a length of 0 and a coding":      {ok + "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 200, actionHTTPOK, ""},
		"no body, in chunks, in a coding": {ok + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, actionHTTPProtocol, ""},
	} {
		t.Run(name, func(t *testing.T) {
			transport := strict(nil)
			defer transport.CloseIdleConnections()
			a := send(t.Context(), transport, requestTo(t, serveRaw(t, test.response)))
			if a.status != test.status || a.err != test.err || string(a.body) != test.body || a.notSent {
				t.Errorf("%d, error %d, %q, not sent: %v, %s", a.status, a.err, a.body, a.notSent, a.detail)
			}
		})
	}
}

func TestHeadersComeInTheirOrderAndSpelling(t *testing.T) {
	a := send(t.Context(), strict(nil), requestTo(t, serveRaw(t,
		"HTTP/1.1 200 OK\r\nzeta: 1\r\nALPHA: 2\r\nzeta: 3\r\nfolded: a\r\n  b\r\nContent-Length: 0\r\nbad name: 4\r\n\r\n")))
	block, isWhole := writeHeaderBlock(a.headers)
	if string(block) != "zeta: 1\r\nALPHA: 2\r\nzeta: 3\r\nfolded: a b\r\nContent-Length: 0\r\n" || !isWhole {
		t.Errorf("%q", block)
	}
}

func TestWhatWasNotSentIsSaidSo(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	_ = listener.Close()
	plain := strings.Replace(serve(t, func(http.ResponseWriter, *http.Request) {}), "http:", "https:", 1)
	for name, test := range map[string]struct {
		url string
		err uint32
	}{
		"refused":      {closed, actionHTTPConnect},
		"no TLS":       {plain, actionHTTPTLS},
		"no such name": {"https://nothing.invalid", actionHTTPDNS},
	} {
		if a := send(t.Context(), strict(&http.Transport{}), requestTo(t, test.url)); a.err != test.err || !a.notSent || a.status != 0 {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestTheTimeoutIsOfTheWholeExchange(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte("."))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	})
	request := requestTo(t, url)
	request.timeout = time.Second
	begun := time.Now()
	a := send(t.Context(), strict(nil), request)
	if took := time.Since(begun); a.status != 200 || a.err != actionHTTPTimeout || len(a.body) == 0 || took > 4*time.Second {
		t.Errorf("%+v after %v", a, took)
	}
}

// A server that closes each connection once the second request on it has come.
func TestNothingIsRepeated(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "DELETE", "POST", "PUT"} {
		for _, body := range []string{"", "body"} {
			var requests atomic.Int32
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if requests.Add(1) == 2 {
					conn, _, _ := http.NewResponseController(w).Hijack()
					_ = conn.Close()
				}
			})
			transport := strict(nil)
			request := requestTo(t, url)
			request.method, request.body = method, []byte(body)
			request.headers = []Header{{"Idempotency-Key", "1"}, {"X-Idempotency-Key", "1"}}
			first := send(t.Context(), transport, request)
			second := send(t.Context(), transport, request)
			if first.err != actionHTTPOK || second.err != actionHTTPReset || second.notSent || requests.Load() != 2 {
				t.Errorf("%s %q: %+v, %+v, %d requests", method, body, first, second, requests.Load())
			}
			transport.CloseIdleConnections()
		}
	}
}

func TestNoBodyIsAdded(t *testing.T) {
	for _, method := range allowedMethods {
		var seen *http.Request
		url := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen = r })
		request := requestTo(t, url)
		request.method, request.body = method, nil
		send(t.Context(), strict(nil), request)
		if seen == nil || seen.ContentLength > 0 || len(seen.TransferEncoding) > 0 || seen.Header.Get("Content-Type") != "" {
			t.Errorf("%s: %+v", method, seen)
		}
	}
}

func TestGivenUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	if a := send(ctx, strict(nil), requestTo(t, url)); a.err != actionHTTPCancelled || a.notSent {
		t.Errorf("%+v", a)
	}
}
