package actionhost

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// What net/http does not show: whether a byte of the request was sent, and the head of the response as it came.
// net/http sorts headers, drops a Content-Length beside a transfer coding, and hides the status of what it refuses.

const mostHeadBytes = 128 << 10 // of a response, with 1xx responses before it

// wire is a connection that is watched. One request is on it at a time.
type wire struct {
	net.Conn
	mu       sync.Mutex
	hasSent  bool
	head     []byte // of the response, until it is whole
	isWhole  bool
	watching bool
	hasEnded bool
}

// begin forgets what was seen; the request that follows is watched.
func (w *wire) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hasSent, w.head, w.isWhole, w.watching, w.hasEnded = false, nil, false, true, false
}

func (w *wire) Write(bytes []byte) (int, error) {
	w.mu.Lock()
	w.hasSent = true
	w.mu.Unlock()
	return w.Conn.Write(bytes)
}

func (w *wire) Read(into []byte) (int, error) {
	count, err := w.Conn.Read(into)
	w.mu.Lock()
	defer w.mu.Unlock()
	if count > 0 && w.watching && !w.isWhole {
		w.see(into[:count])
	}
	w.hasEnded = w.hasEnded || err != nil
	return count, err
}

// see takes the next bytes of the response, up to the end of its head.
func (w *wire) see(next []byte) {
	if w.head = append(w.head, next...); len(w.head) > 2*mostHeadBytes {
		w.head, w.watching = nil, false
		return
	}
	for {
		end := endOfHead(w.head)
		if end < 0 {
			return
		}
		status, _ := parseHead(w.head[:end])
		if status < 100 || status > 199 || status == http.StatusSwitchingProtocols {
			w.head, w.isWhole = bytes.Clone(w.head[:end]), true
			return
		}
		w.head = w.head[end:]
	}
}

// endOfHead is where the empty line after the headers ends; -1: it has not arrived.
func endOfHead(head []byte) int {
	for at := 0; ; {
		line := bytes.IndexByte(head[at:], '\n')
		if line < 0 {
			return -1
		}
		isEmpty := line == 0 || (line == 1 && head[at] == '\r')
		if at += line + 1; isEmpty {
			return at
		}
	}
}

// parseHead reads status and headers. An obsolete continuation (RFC 9112, 5.2) is joined to the line before by a space.
func parseHead(head []byte) (status int, headers []Header) {
	first, rest, _ := strings.Cut(string(head), "\n")
	if parts := strings.Fields(first); len(parts) >= 2 && strings.HasPrefix(first, "HTTP/") {
		status, _ = strconv.Atoi(parts[1])
	}
	for line := range strings.SplitSeq(rest, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if isContinued := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t"); isContinued {
			if len(headers) > 0 {
				headers[len(headers)-1].Value += " " + trimSpace(line)
			}
			continue
		}
		if name, value, found := strings.Cut(line, ":"); found {
			headers = append(headers, Header{name, trimSpace(value)})
		}
	}
	return status, headers
}

// sighting is what was seen of one exchange.
type sighting struct {
	connected bool
	wire      *wire // nil: what is sent is out of sight, behind a proxy
}

func (s *sighting) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		s.connected = true
		if s.wire, _ = info.Conn.(*wire); s.wire != nil {
			s.wire.begin()
		}
	}})
}

// notSent: it is certain that no byte of the request was sent.
func (s *sighting) notSent() bool {
	if s.wire == nil {
		return !s.connected
	}
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	return !s.wire.hasSent
}

// head gives what arrived; false: the head is not whole, or out of sight.
func (s *sighting) head() (status int, headers []Header, ok bool) {
	if s.wire == nil {
		return 0, nil, false
	}
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	if !s.wire.isWhole {
		return 0, nil, false
	}
	status, headers = parseHead(s.wire.head)
	return status, headers, true
}

// isCutShort: the connection ended inside a head that had begun well, which net/http calls malformed.
func (s *sighting) isCutShort() bool {
	if s.wire == nil {
		return false
	}
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	begin := min(len(s.wire.head), len("HTTP/"))
	return s.wire.hasEnded && !s.wire.isWhole && string(s.wire.head[:begin]) == "HTTP/"[:begin]
}

// strict gives a transport that keeps the duties of a host: only HTTP/1.1, since net/http's HTTP/2 repeats requests; no
// decoding, which treats a truncated body as whole; every connection watched.
func strict(settings *http.Transport) *http.Transport {
	var transport *http.Transport
	if settings == nil {
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment}
	} else {
		transport = settings.Clone()
	}
	dial, dialTLS := transport.DialContext, transport.DialTLSContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	config := transport.TLSClientConfig.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	config.NextProtos = []string{"http/1.1"}
	transport.TLSClientConfig = config
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &wire{Conn: conn}, nil
	}
	transport.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dialTLS != nil {
			conn, err := dialTLS(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &wire{Conn: conn}, nil
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return shakeHands(ctx, conn, address, config)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	transport.Protocols = protocols
	transport.ForceAttemptHTTP2 = false
	transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	transport.DisableCompression = true
	transport.MaxResponseHeaderBytes = mostHeadBytes
	transport.MaxIdleConnsPerHost = mostUnderway
	transport.MaxConnsPerHost = 0
	return transport
}

// handshakeError: there was a connection, but no trusted TLS session could be made.
type handshakeError struct{ error }

func (e handshakeError) Unwrap() error { return e.error }

func shakeHands(ctx context.Context, conn net.Conn, address string, config *tls.Config) (net.Conn, error) {
	if config.ServerName == "" {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		config = config.Clone()
		config.ServerName = host
	}
	session := tls.Client(conn, config)
	if err := session.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, handshakeError{err}
	}
	return &wire{Conn: session}, nil
}

// isBroken: the connection ended, as opposed to delivering something wrong.
func isBroken(err error) bool {
	for _, cause := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, cause) {
			return true
		}
	}
	var operation *net.OpError
	isOperation := errors.As(err, &operation) && operation.Op != "remote error"
	return isOperation || strings.Contains(err.Error(), "server closed idle connection")
}
