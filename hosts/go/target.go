package actionhost

import (
	"net/url"
	"regexp"
	"strings"
)

// Which targets may be joined to a base URL (ABI.md, duty 9).

func isVisibleASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= 0x20 || r >= 0x7f })
}

var (
	encoded    = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	badPercent = regexp.MustCompile(`%([^0-9A-Fa-f]|.?$|.[^0-9A-Fa-f])`)
)

// isPlainTarget: of characters that RFC 3986 allows there (3.3 and 3.4; "[" and "]" too), so that no URL parser rewrites
// it.
func isPlainTarget(target string) bool {
	_, query, _ := strings.Cut(target, "?")
	return isVisibleASCII(target) && !strings.ContainsAny(target, "\"#<>\\^`{|}") && !strings.Contains(query, "'") &&
		!badPercent.MatchString(target)
}

// decoded percent-decodes until nothing is left to decode.
func decoded(text string) string {
	for {
		once := encoded.ReplaceAllStringFunc(text, func(escape string) string {
			plain, _ := url.PathUnescape(escape)
			return plain
		})
		if once == text {
			return text
		}
		text = once
	}
}

// hasDotSegment finds a segment "." or "..", however it is written: percent-encoded once or more, between encoded
// slashes, with parameters after ";" (RFC 3986, 3.3, 5.2.4 and 6.2.2.2). Servers that decode before they split a path
// treat each as a step up.
func hasDotSegment(path string) bool {
	for segment := range strings.FieldsFuncSeq(decoded(path), func(r rune) bool { return r == '/' || r == '\\' }) {
		name, _, _ := strings.Cut(segment, ";")
		if name == "." || name == ".." {
			return true
		}
	}
	return false
}

// urlOf joins base URL and target as text; nil: the target is refused. The URL is sent as it is: Opaque keeps net/http
// from rewriting it.
func (g *guard) urlOf(target string) *url.URL {
	path, _, _ := strings.Cut(target, "?")
	if !strings.HasPrefix(target, "/") || strings.Contains(target, "//") || !isPlainTarget(target) || hasDotSegment(path) {
		return nil
	}
	parsed, err := url.Parse(g.baseURL + target)
	if err != nil || parsed.Scheme != g.server.Scheme || parsed.Host != g.server.Host || parsed.User != nil ||
		parsed.Fragment != "" || !strings.HasPrefix(parsed.EscapedPath(), g.pathPrefix) {
		return nil
	}
	prefix := strings.TrimSuffix(g.server.EscapedPath(), "/")
	return &url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Opaque: prefix + target}
}
