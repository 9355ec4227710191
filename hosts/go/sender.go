package actionhost

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sends one request, once, and reads the whole response. Nothing is followed, kept, decoded or repeated without the
// module's knowledge (ABI.md, duties 5 to 8 and 14 to 17).

const userAgent = "action-host-go/0.9"

// request is one that was checked and may be sent as it is.
type request struct {
	method        string
	url           *url.URL
	headers       []Header
	body          []byte
	timeout       time.Duration
	responseLimit int
}

// answer is what became of a request, before the key in it is overwritten.
type answer struct {
	status  int
	err     uint32
	notSent bool
	headers []Header
	body    []byte
	detail  string // what went wrong, for a person
}

// emptyBody is not [http.NoBody]: net/http repeats a GET or HEAD that has no body or that one, and sends nothing for a
// GET, HEAD or DELETE whose body turns out to be empty.
type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }
func (emptyBody) Close() error             { return nil }

func (r *request) toHTTP(ctx context.Context) *http.Request {
	message := &http.Request{Method: r.method, URL: r.url, Host: r.url.Host, Header: http.Header{}, Proto: "HTTP/1.1",
		ProtoMajor: 1, ProtoMinor: 1}
	switch {
	case len(r.body) > 0:
		message.Body, message.ContentLength = io.NopCloser(bytes.NewReader(r.body)), int64(len(r.body))
	case r.method == http.MethodGet || r.method == http.MethodHead || r.method == http.MethodDelete:
		message.Body = emptyBody{}
	default:
		message.Body = http.NoBody
	}
	for _, header := range r.headers {
		name := header.Name
		switch plain := strings.ToLower(name); plain {
		case "user-agent":
			name = "User-Agent" // net/http would add its own
		case "idempotency-key", "x-idempotency-key":
			name = plain // net/http repeats a request that has one of these in its canonical spelling
		}
		message.Header[name] = append(message.Header[name], header.Value)
	}
	if !r.sets("user-agent") {
		message.Header["User-Agent"] = []string{userAgent}
	}
	if !r.sets("accept-encoding") {
		message.Header["Accept-Encoding"] = []string{"gzip"}
	}
	return message.WithContext(ctx)
}

func (r *request) sets(name string) bool {
	return slices.ContainsFunc(r.headers, func(header Header) bool { return strings.EqualFold(header.Name, name) })
}

// isSendable: net/http refuses control characters.
func (r *request) isSendable() bool {
	return !slices.ContainsFunc(r.headers, func(header Header) bool {
		return strings.ContainsFunc(header.Value, func(c rune) bool { return c < 0x20 && c != '\t' || c == 0x7f })
	})
}

// send waits for the whole response. It gives up if ctx is cancelled.
func send(ctx context.Context, transport *http.Transport, r *request) answer {
	if !r.isSendable() {
		return answer{err: actionHTTPDenied, notSent: true, detail: "a header holds a control character"}
	}
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	var seen sighting
	message, err := transport.RoundTrip(r.toHTTP(seen.trace(ctx)))
	if err != nil {
		a := failure(ctx, err, &seen)
		if status, headers, ok := seen.head(); ok && isStatus(status) {
			a.status, a.headers = status, headers
		}
		return a
	}
	defer message.Body.Close()
	if message.ProtoMajor != 1 || !isStatus(message.StatusCode) {
		return answer{err: actionHTTPProtocol, detail: fmt.Sprintf("the server sent %s %d", message.Proto, message.StatusCode)}
	}
	a := answer{status: message.StatusCode}
	_, headers, isSeen := seen.head()
	if a.headers = headers; !isSeen {
		a.headers = flatten(message.Header)
	}
	if wrong := framingWrong(a.headers); wrong != "" {
		a.err, a.detail = actionHTTPProtocol, wrong
		return a
	}
	a.readBody(ctx, message, r)
	return a
}

func isStatus(status int) bool { return status >= 200 && status <= 599 }

func flatten(header http.Header) []Header {
	var headers []Header
	for name, values := range header {
		for _, value := range values {
			headers = append(headers, Header{name, value})
		}
	}
	slices.SortStableFunc(headers, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	return headers
}

func valuesOf(headers []Header, name string) (values []string) {
	for _, header := range headers {
		if strings.EqualFold(header.Name, name) {
			values = append(values, header.Value)
		}
	}
	return values
}

// framingWrong: two lengths that differ, one that is not a number, one beside a transfer coding, or a transfer coding
// other than chunked. Where the body ends is then a guess (RFC 9112, 6.3), and another reader may guess otherwise.
func framingWrong(headers []Header) string {
	lengths, codings := valuesOf(headers, "Content-Length"), valuesOf(headers, "Transfer-Encoding")
	for _, length := range lengths {
		if _, err := strconv.ParseUint(length, 10, 63); err != nil || length != lengths[0] {
			return "the response's lengths contradict each other"
		}
	}
	if len(codings) > 0 && (len(codings) > 1 || !strings.EqualFold(codings[0], "chunked") || len(lengths) > 0) {
		return "the response has a transfer coding that cannot be trusted"
	}
	return ""
}

// trackedReader keeps a body's read error, so that it is not mistaken for an error of its coding.
type trackedReader struct {
	io.Reader
	err   error
	count int64
}

func (t *trackedReader) Read(into []byte) (int, error) {
	count, err := t.Reader.Read(into)
	t.count += int64(count)
	if err != nil && err != io.EOF {
		t.err = err
	}
	return count, err
}

func (a *answer) readBody(ctx context.Context, message *http.Response, r *request) {
	if r.method == http.MethodHead || a.status == http.StatusNoContent || a.status == http.StatusNotModified ||
		message.ContentLength == 0 {
		return
	}
	raw := &trackedReader{Reader: message.Body}
	body, isGzip, err := decoder(raw, valuesOf(a.headers, "Content-Encoding"))
	if err == nil {
		a.body, err = io.ReadAll(io.LimitReader(body, int64(r.responseLimit)+1))
	}
	switch {
	case len(a.body) > r.responseLimit:
		a.body = a.body[:r.responseLimit]
		a.err, a.detail = actionHTTPTooLarge, "the body is larger than the host takes"
	case raw.err != nil:
		a.err, a.detail = brokenBody(ctx, raw.err), raw.err.Error()
	case err != nil:
		a.err, a.detail = actionHTTPProtocol, "the body does not decode: "+err.Error()
	case raw.count == 0 && !isGzip && message.ContentLength < 0 && len(message.TransferEncoding) == 0:
		// Only the end of the connection says that nothing was to come.
		a.err, a.detail = actionHTTPReset, "the connection ended where a body without a length began"
	}
}

// decoder decodes the content coding; gzip is what the host asks for.
func decoder(raw io.Reader, codings []string) (body io.Reader, isGzip bool, err error) {
	coding := ""
	if len(codings) == 1 {
		coding = strings.ToLower(codings[0])
	}
	switch {
	case len(codings) > 1:
		return nil, false, errors.New("it has several codings")
	case coding == "gzip" || coding == "x-gzip":
		body, err := gzip.NewReader(raw)
		return body, true, err
	case coding == "" || coding == "identity":
		return raw, false, nil
	default:
		return nil, false, errors.New("its coding is not known")
	}
}

func brokenBody(ctx context.Context, err error) uint32 {
	switch {
	case ctx.Err() != nil:
		return actionHTTPTimeout
	case strings.Contains(err.Error(), "suspiciously long trailer"):
		return actionHTTPTooLarge
	case isBroken(err):
		return actionHTTPReset
	default:
		return actionHTTPProtocol
	}
}

// failure says why there is no response.
func failure(ctx context.Context, err error, seen *sighting) answer {
	a := answer{notSent: seen.notSent(), detail: err.Error()}
	var name *net.DNSError
	var handshake handshakeError
	isConnected := seen.connected
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		a.err, a.detail = actionHTTPTimeout, "no response came in time"
	case ctx.Err() != nil:
		a.err = actionHTTPCancelled
	case !isConnected && errors.As(err, &name):
		a.err = actionHTTPDNS
	case !isConnected && errors.As(err, &handshake) && !isBroken(err):
		a.err = actionHTTPTLS
	case !isConnected:
		a.err = actionHTTPConnect
	case strings.Contains(err.Error(), "response headers exceeded"):
		a.err = actionHTTPTooLarge
	case isBroken(err) || seen.isCutShort():
		a.err = actionHTTPReset
	default:
		a.err = actionHTTPProtocol
	}
	return a
}
