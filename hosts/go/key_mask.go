package actionhost

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// Finds a key that a server's text repeats, in the spellings that servers use, and overwrites it with "*" (ABI.md, duty
// 13).

const (
	shortestPart  = 4 // fewer characters reveal nothing, and end many texts
	longestEscape = 11
)

// fragment is a spelling that is looked for as it is.
type fragment struct {
	text         []byte // where anyCase, in lower case
	anyCase      bool
	shortestPart int
	// A base64 digit before or after it that holds bits of the key and of its neighbour.
	sharedBefore, sharedBehind int
}

type keyMask struct {
	key       []byte // in lower case
	fragments []fragment
}

func newKeyMask(key string) *keyMask {
	lower := []byte(strings.ToLower(key))
	mask := &keyMask{key: lower}
	mask.fragments = append(mask.fragments, fragment{text: lower, anyCase: true, shortestPart: shortestPart},
		fragment{text: []byte(hex.EncodeToString([]byte(key))), anyCase: true, shortestPart: 2 * shortestPart})
	for bytesBefore := range 3 {
		mask.addBase64(key, bytesBefore)
	}
	return mask
}

// addBase64 adds the digits that the key alone determines, if that many other bytes come before it in a group of three;
// in both alphabets (RFC 4648, sections 4 and 5).
func (m *keyMask) addBase64(key string, bytesBefore int) {
	raw := append(make([]byte, bytesBefore), key...)
	begin, end := (8*bytesBefore+5)/6, 8*len(raw)/6
	digits := []byte(base64.RawStdEncoding.EncodeToString(raw))[begin:end]
	spelling := fragment{text: digits, shortestPart: shortestPart + 2, sharedBefore: min(bytesBefore, 1)}
	if len(raw)%3 != 0 {
		spelling.sharedBehind = 1
	}
	m.fragments = append(m.fragments, spelling)
	spelling.text = []byte(strings.NewReplacer("+", "-", "/", "_").Replace(string(digits)))
	m.fragments = append(m.fragments, spelling)
}

func (m *keyMask) apply(text []byte, cutOff bool) {
	lower := toLower(text)
	for _, fragment := range m.fragments {
		looked := text
		if fragment.anyCase {
			looked = lower
		}
		fragment.apply(text, looked, cutOff)
	}
	m.applyEscaped(text, cutOff)
}

// toLower changes only ASCII letters, so that positions stay the same.
func toLower(text []byte) []byte {
	lower := bytes.Clone(text)
	for at, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[at] = c + 'a' - 'A'
		}
	}
	return lower
}

// apply overwrites in text what it finds in looked, which is text or its lower case.
func (f *fragment) apply(text, looked []byte, cutOff bool) {
	isDigit := func(at int) bool { return at >= 0 && at < len(looked) && isBase64Digit(looked[at]) }
	for from := 0; ; {
		found := bytes.Index(looked[from:], f.text)
		if found < 0 {
			break
		}
		begin := from + found
		from = begin + len(f.text)
		end := from
		if isDigit(begin - 1) {
			begin -= f.sharedBefore
		}
		if isDigit(end) {
			end += f.sharedBehind
		}
		overwrite(text, begin, end)
	}
	if !cutOff {
		return
	}
	for length := min(len(f.text)-1, len(looked)); length >= f.shortestPart; length-- {
		if bytes.HasSuffix(looked, f.text[:length]) {
			begin := len(looked) - length
			if isDigit(begin - 1) {
				begin -= f.sharedBefore
			}
			overwrite(text, begin, len(text))
			return
		}
	}
}

func overwrite(text []byte, begin, end int) {
	for at := begin; at < end; at++ {
		text[at] = '*'
	}
}

func isBase64Digit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+/-_", c) >= 0
}

// applyEscaped finds the key with characters written as escapes.
func (m *keyMask) applyEscaped(text []byte, cutOff bool) {
	if !bytes.ContainsAny(text, `%\&`) {
		return
	}
	for at := 0; at < len(text); at++ {
		if length := m.spelledLength(text[at:], cutOff); length > 0 {
			overwrite(text, at, at+length)
			at += length - 1
		}
	}
}

// spelledLength is how many bytes at the beginning of text spell the key or, if cutOff, a beginning of it at the end of
// the text; otherwise 0.
func (m *keyMask) spelledLength(text []byte, cutOff bool) int {
	at, matched := 0, 0
	isCut := false // an escape may have been, which then reads as the plain character that begins it
	for matched < len(m.key) && at < len(text) {
		code, length := spelled(text[at:])
		isCut = isCut || (matched >= shortestPart && length == 1 && mayBeCut(text[at:]))
		if lowerOf(code) != m.key[matched] {
			break
		}
		at += length
		matched++
	}
	if matched == len(m.key) {
		return at
	}
	if cutOff && matched >= shortestPart && (isCut || at == len(text)) {
		return len(text)
	}
	return 0
}

// mayBeCut: text is the beginning of an escape.
func mayBeCut(text []byte) bool {
	return len(text) < longestEscape && strings.IndexByte(`%\&`, text[0]) >= 0 && bytes.IndexByte(text, ';') < 0
}

func lowerOf(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

var (
	namedEscapes = []struct {
		spelling string
		code     byte
	}{
		{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {`\"`, '"'}, {`\\`, '\\'},
		{`\/`, '/'},
	}
	// How escapes by number begin, their base and digits, and how they end.
	numberedEscapes = []struct {
		begin       string
		base        int
		least, most int
		end         string
	}{
		{"%", 16, 2, 2, ""}, {`\u00`, 16, 2, 2, ""}, {`\x`, 16, 2, 2, ""}, {"&#x", 16, 1, 6, ";"}, {"&#", 10, 1, 7, ";"},
	}
)

// spelled is the character that text begins with, which an escape may spell, and its length there.
func spelled(text []byte) (code byte, length int) {
	if strings.IndexByte(`%\&`, text[0]) < 0 {
		return text[0], 1
	}
	head := strings.ToLower(string(text[:min(len(text), longestEscape)]))
	for _, escape := range namedEscapes {
		if strings.HasPrefix(head, escape.spelling) {
			return escape.code, len(escape.spelling)
		}
	}
	for _, escape := range numberedEscapes {
		digits, found := strings.CutPrefix(head, escape.begin)
		if !found {
			continue
		}
		count := 0
		for count < len(digits) && count < escape.most && isDigit(digits[count], escape.base) {
			count++
		}
		if count < escape.least || !strings.HasPrefix(digits[count:], escape.end) {
			continue
		}
		if code, err := strconv.ParseUint(digits[:count], escape.base, 7); err == nil {
			return byte(code), len(escape.begin) + count + len(escape.end)
		}
	}
	return text[0], 1
}

func isDigit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && c >= 'a' && c <= 'f'
}
