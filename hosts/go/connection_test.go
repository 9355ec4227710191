package actionhost

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

func guardOf(t *testing.T, declared ManifestConnection, given Connection) *guard {
	t.Helper()
	declared.ID = "test"
	guard, err := newGuard(&declared, given)
	if err != nil {
		t.Fatal(err)
	}
	return guard
}

var bearer = ManifestConnection{Headers: Headers{{"Authorization", "Bearer {key}"}}}

func TestTargets(t *testing.T) {
	guard := guardOf(t, bearer, Connection{BaseURL: "https://example.com/base/", Secret: testKey})
	for _, target := range []string{"/", "/a", "/a/", "/a?b=c&d=/./..", "/a%20b", "/%C3%A9", "/a;b=1", "/...", "/a:b@c", "/[1]", "/a'b",
		"/~!$&()*+,=", "/?"} {
		if joined := guard.urlOf(target); joined == nil || joined.RequestURI() != "/base"+target {
			t.Error(target, joined)
		}
	}
	for _, target := range []string{"", "a", "//a", "/a//b", "/.", "/..", "/a/../b", "/./a", "/%2e%2E/a", "/.%2e", "/a%2f..%2fb", `/a%5c..`,
		"/..;x", "/%252e%252e/", "/a b", "/a\tb", "/a#b", "/a<b", `/a\b`, "/a^b", "/a`b", "/a{b}", "/a|b", "/é", "/%", "/%4", "/%zz", "/a?b'c",
		"/a\x00", "/a\x7f", "/a?b=\"", "/\r\nX: 1", "@evil.example/"} {
		if joined := guard.urlOf(target); joined != nil {
			t.Error(target, joined)
		}
	}
}

func TestHeadersOfARequest(t *testing.T) {
	guard := guardOf(t, ManifestConnection{Headers: Headers{{"X-Key", "{key}"}, {"X-Tenant", "t-{tenant}{not a name}"}},
		Fields: []ManifestField{{Name: "key"}, {Name: "tenant", Secret: new(bool)}}},
		Connection{BaseURL: "https://example.com", Fields: map[string]string{"key": testKey, "tenant": "7"}})
	headers, ok := guard.headersOf([]byte("A:1\r\nB: \t2 \r\nC: \xff\r\n"))
	if fmt.Sprint(headers) != fmt.Sprint([]Header{{"A", "1"}, {"B", "2"}, {"C", "\xff"}, {"X-Key", testKey}, {"X-Tenant", "t-7{not a name}"}}) || !ok {
		t.Error(headers, ok)
	}
	for _, block := range []string{"A", "A: 1", "A: 1\n", "A : 1\r\n", ": 1\r\n", "A: 1\r\n\r\n", "A: \x00\r\n", "A: 1\rB\r\n", "x-key: 1\r\n",
		"authorization: 1\r\n", "HOST: 1\r\n", "Proxy-X: 1\r\n", "sec-x: 1\r\n", "A: " + strings.Repeat("x", longestHeaderBlock) + "\r\n"} {
		if headers, ok := guard.headersOf([]byte(block)); ok {
			t.Errorf("%.20q %v", block, headers)
		}
	}
}

func TestConnectionsThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		declared ManifestConnection
		given    Connection
	}{
		"a reserved header":  {ManifestConnection{Headers: Headers{{"Host", "{key}"}}}, Connection{}},
		"a header twice":     {ManifestConnection{Headers: Headers{{"X-Key", "{key}"}, {"x-key", "{key}"}}}, Connection{}},
		"an empty header":    {ManifestConnection{Headers: Headers{{"X-Key", ""}}}, Connection{}},
		"a header's name":    {ManifestConnection{Headers: Headers{{"X Key", "{key}"}}}, Connection{}},
		"a short value":      {bearer, Connection{Secret: "1234567"}},
		"a value with space": {bearer, Connection{Secret: "12345 678"}},
		"a pattern":          {ManifestConnection{Fields: []ManifestField{{Name: "key", Pattern: "^sk_"}}}, Connection{Secret: "pk_12345678"}},
		"an unknown field":   {bearer, Connection{Fields: map[string]string{"other": testKey}}},
		"two fields":         {ManifestConnection{Headers: Headers{{"X-Key", "{key}{more}"}}}, Connection{Secret: testKey}},
	} {
		test.declared.ID, test.given.BaseURL = "test", "https://example.com"
		if guard, err := newGuard(&test.declared, test.given); err == nil || (test.given.Secret != "" && strings.Contains(err.Error(), test.given.Secret)) {
			t.Error(name, guard, err)
		}
	}
	// A pattern that Go cannot read is ignored.
	guardOf(t, ManifestConnection{Fields: []ManifestField{{Name: "key", Pattern: "(?=x)"}}}, Connection{BaseURL: "https://example.com", Secret: testKey})
}

func TestAKeyIsNotPrinted(t *testing.T) {
	connection := Connection{BaseURL: "https://example.com", Secret: testKey, Fields: map[string]string{"a": testKey}}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("", "connection", connection)
	text := fmt.Sprintf("%v %+v %#v %s", connection, connection, &connection, log.String())
	if strings.Contains(text, testKey) || !strings.Contains(text, "example.com") {
		t.Error(text)
	}
}

func TestAKeyIsOverwritten(t *testing.T) {
	const key = `sk_"A/b+c&d`
	mask := newKeyMask(key)
	masked := func(text string, cutOff bool) string {
		bytes := []byte(text)
		mask.apply(bytes, cutOff)
		return string(bytes)
	}
	for _, spelling := range []string{key, strings.ToUpper(key), url.QueryEscape(key), url.PathEscape(key), hex.EncodeToString([]byte(key)),
		strings.ToUpper(hex.EncodeToString([]byte(key))), `sk_\"A\/b+c\u0026d`, "sk_&quot;A&#x2f;b&#43;c&amp;d", `\x73k_\"A/b+c&d`} {
		if text := masked("<"+spelling+">", false); text != "<"+strings.Repeat("*", len(spelling))+">" {
			t.Errorf("%s: %s", spelling, text)
		}
		for length := 4 * len(spelling) / len(key); length < len(spelling); length++ {
			if text := masked("<"+spelling[:length], true); length >= 8 && strings.Contains(text, spelling[2:6]) {
				t.Errorf("cut off, %s: %s", spelling[:length], text)
			}
		}
	}
	for before := range 3 {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			text := encoding.EncodeToString([]byte("user"[:before] + key + "more"))
			own := encoding.EncodeToString([]byte(key))[:6]
			if got := masked(text, false); strings.Count(got, "*") < len(key) || strings.Contains(got, own) || len(got) != len(text) {
				t.Errorf("%s: %s", text, got)
			}
		}
	}
	if text := masked("nothing of it is here: sk_, %41", true); text != "nothing of it is here: sk_, %41" {
		t.Error(text)
	}
}
